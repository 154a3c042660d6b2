'use client'
import { postAuth } from '#components/sign-in/post-auth.ts'
import { routes } from '#lib/domain/routes.ts'

/** Ends the session, here and at the server. */
export function SignOut() {
  return (
    <button
      type="button"
      className="min-h-6 text-link underline decoration-strong underline-offset-3 hover:decoration-current"
      onClick={() => void postAuth('signout', routes.signIn())}
    >
      Sign out
    </button>
  )
}
