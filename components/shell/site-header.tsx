import Link from 'next/link'
import type { Role } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import { ServerTime } from './server-time.tsx'
import { SignOut } from './sign-out.tsx'
import { SiteNav } from './site-nav.tsx'
import { ThemeToggle } from './theme-toggle.tsx'

interface SiteHeaderProps {
  readonly team: string
  readonly teamZone: string
  readonly person: { readonly name: string; readonly role: Role }
  /** Said on every page of the sandbox; null in earnest. */
  readonly sandboxNote: string | null
}

/** Whose page it is, where to go, what time it is, and who looks. */
export function SiteHeader({ team, teamZone, person, sandboxNote }: SiteHeaderProps) {
  return (
    <header>
      <a
        href="#content"
        className="absolute top-0 left-0 z-10 -translate-y-full bg-paper px-4 py-2 focus:translate-y-0"
      >
        Skip to the content
      </a>
      {sandboxNote === null ? null : (
        <p className="border-b border-rule bg-sunk text-12 text-soft">
          <span className="frame block py-1.5">{sandboxNote}</span>
        </p>
      )}
      <div className="frame flex flex-wrap items-center gap-x-8 md:h-12 md:flex-nowrap">
        <Link
          href={routes.overview()}
          prefetch={false}
          className="flex h-10 min-w-0 flex-1 items-center font-semibold text-ink no-underline md:h-full md:flex-none"
        >
          <span className="truncate">{team}</span>
        </Link>
        <div className="order-last -mt-1 min-h-10 basis-full md:order-none md:mt-0 md:h-full md:flex-1 md:basis-auto">
          <SiteNav />
        </div>
        <div className="flex items-center gap-4 text-12 sm:gap-5">
          <ServerTime teamZone={teamZone} />
          <span className="hidden whitespace-nowrap text-soft lg:inline">
            <span className="text-ink">{person.name}</span>, {person.role}
          </span>
          <span className="hidden lg:inline">
            <SignOut />
          </span>
          <ThemeToggle />
        </div>
      </div>
    </header>
  )
}
