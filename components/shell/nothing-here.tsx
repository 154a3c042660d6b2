import { routes } from '#lib/domain/routes.ts'
import { PageHead } from './page-head.tsx'

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
        {/* oxlint-disable-next-line nextjs/no-html-link-for-pages */}
        <a href={routes.overview()}>Overview</a>
        {/* oxlint-disable-next-line nextjs/no-html-link-for-pages */}
        <a href={routes.incidents()}>All incidents</a>
        <a href={routes.queues()}>All queues</a>
      </p>
    </div>
  )
}
