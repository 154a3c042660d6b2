import Link from 'next/link'
import { PageState } from '#components/shell/page-state.tsx'
import { routes } from '#lib/domain/routes.ts'

export default function NotFoundPage() {
  return (
    <main id="content" className="frame py-16">
      <PageState headline={{ truth: 'muted', text: 'Nothing is here', short: 'Nothing is here' }} place="Spillway" />
      <h1 className="text-28 font-medium tracking-[-0.01em] sm:text-40">Nothing is here.</h1>
      <p className="mt-4 max-w-[40rem] text-soft">
        The address may be mistyped, or the queue it names was never seen. A queue that was deleted is kept in the list
        for as long as its readings are.
      </p>
      <p className="mt-6 flex gap-6">
        <Link href={routes.overview()}>Overview</Link>
        <Link href={routes.queues()}>All queues</Link>
      </p>
    </main>
  )
}
