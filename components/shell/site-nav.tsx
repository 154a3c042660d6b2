'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { routes } from '#lib/domain/routes.ts'

const PLACES = [
  { href: routes.overview(), label: 'Overview' },
  { href: routes.incidents(), label: 'Incidents' },
  { href: routes.queues(), label: 'Queues' },
  { href: routes.redrives(), label: 'Redrives' },
  { href: routes.emails(), label: 'E-mails' },
  { href: routes.settings(), label: 'Settings' },
] as const

/** True where the path is the place or lies under it; the overview holds nothing under it. */
function isHere(pathname: string, href: string): boolean {
  // An incident's own address is short, since it is sent about.
  if (href === routes.incidents() && pathname.startsWith('/i/')) return true
  return pathname === href || (href !== routes.overview() && pathname.startsWith(`${href}/`))
}

export function SiteNav() {
  const pathname = usePathname()
  return (
    // A phone shows all of them in one line of small type, the narrowest in two lines of three.
    <nav
      aria-label="Pages"
      className="grid h-full grid-cols-3 text-12 min-[22.5rem]:flex min-[22.5rem]:justify-between md:justify-start md:gap-5 md:text-14 lg:gap-6"
    >
      {PLACES.map(({ href, label }) => (
        <Link
          key={href}
          href={href}
          prefetch={false}
          aria-current={isHere(pathname, href) ? 'page' : undefined}
          className="flex h-full min-h-10 items-center border-y-2 border-transparent text-soft no-underline hover:text-link aria-[current]:border-b-ink aria-[current]:font-medium aria-[current]:text-ink"
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}
