'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { routes } from '#lib/domain/routes.ts'

const PLACES = [
  { href: routes.overview(), label: 'Overview' },
  { href: routes.incidents(), label: 'Incidents' },
  { href: routes.queues(), label: 'Queues' },
  // A phone has no room for it; the pages of queues lead there.
  { href: routes.redrives(), label: 'Redrives', isWide: true },
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
    <nav aria-label="Pages" className="flex h-full gap-5 sm:gap-6">
      {PLACES.map(({ href, label, ...place }) => (
        <Link
          key={href}
          href={href}
          prefetch={false}
          aria-current={isHere(pathname, href) ? 'page' : undefined}
          className={`${'isWide' in place ? 'max-md:hidden' : ''} flex h-full min-h-10 items-center border-y-2 border-transparent text-soft no-underline hover:text-link aria-[current]:border-b-ink aria-[current]:font-medium aria-[current]:text-ink`}
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}
