import { routes } from '#lib/domain/routes.ts'
import { PageHead } from './page-head.tsx'

const PLACES = [
  { href: routes.overview(), label: 'Overview' },
  { href: routes.incidents(), label: 'All incidents' },
  { href: routes.queues(), label: 'All queues' },
] as const

/** What stands at an address that leads nowhere. */
export function NothingHere() {
  return (
    <div className="frame py-16">
      <PageHead headline={{ truth: 'muted', short: 'Nothing is here' }} place="Spillway" />
      <h1 className="text-28 font-medium tracking-[-0.01em] sm:text-40">Nothing is here.</h1>
      <p className="mt-4 max-w-[40rem] text-soft">
        The address may be mistyped, or it names a queue, an incident or a redrive that Spillway does not know.
      </p>
      <p className="mt-6 flex gap-6">
        {/* Plain links: this page belongs to every route, and a script in it would be loaded by each. */}
        {PLACES.map(({ href, label }) => (
          <a key={href} href={href}>
            {label}
          </a>
        ))}
      </p>
    </div>
  )
}
