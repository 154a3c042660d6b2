import type { Role } from '#lib/domain/role.ts'
import { SignOut } from './sign-out.tsx'

interface SiteFooterProps {
  readonly person: { readonly name: string; readonly role: Role }
  readonly version: string
}

/** Who looks, where the header is too narrow to say it; and the keys. */
export function SiteFooter({ person, version }: SiteFooterProps) {
  return (
    <footer className="frame mt-16 flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t border-rule py-4 text-12 text-soft">
      <span className="lg:hidden">
        {person.name}, {person.role} <span aria-hidden="true">·</span> <SignOut />
      </span>
      <span>Spillway {version}</span>
    </footer>
  )
}
