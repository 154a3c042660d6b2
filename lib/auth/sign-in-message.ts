import { ROLES } from '#lib/domain/role.ts'

/** What the sign-in page says for the `error` in its address; null for none. The text never repeats the address. */
export function signInMessage(error: string | undefined, roleClaim: string): string | null {
  if (error === undefined || error === '') return null
  if (error === 'no-role')
    return `You are signed in at your identity provider, but it gives you no role here. Spillway asks for a role in claim “${roleClaim}”: ${ROLES.join(', ')}. Ask whoever runs your identity provider to give you one, then sign in again.`
  if (error === 'store')
    return 'You could not be signed in because Spillway’s store does not answer. Try again in a minute.'
  if (error === 'OAuthSignin')
    return 'The identity provider could not be reached. Try again in a minute; if it lasts, check OIDC_ISSUER.'
  if (error === 'signed-out') return 'You are signed out.'
  return 'Sign-in did not finish. Start again from here; if it lasts, check that SPILLWAY_URL is the address in your browser.'
}
