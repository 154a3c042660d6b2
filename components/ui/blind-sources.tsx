import Link from 'next/link'
import { routes } from '#lib/domain/routes.ts'
import type { SourceStatus } from '#lib/views/shared.ts'
import { StateMark } from './state-mark.tsx'
import { Since } from './time.tsx'

interface BlindSourcesProps {
  readonly blind: readonly SourceStatus[]
}

/** What this page cannot see, on pages that have no list of what needs a hand. Nothing when all is seen. */
export function BlindSources({ blind }: BlindSourcesProps) {
  if (blind.length === 0) return null
  return (
    <ul className="mb-8 border-t border-strong">
      {blind.map((source) => (
        <li key={source.id} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 border-b border-rule py-2">
          <StateMark truth="unknown" />
          <span className="font-medium">
            {source.title}: {STATE_WORDS[source.state]}
          </span>
          <span className="min-w-0 text-soft break-words">
            {source.message} <Since atMs={source.sinceMs} />
          </span>
          <Link href={routes.settings()} prefetch={false} className="ms-auto inline-block min-h-6">
            {source.state === 'not-configured' ? 'See how to connect' : 'Look at the source'}
          </Link>
        </li>
      ))}
    </ul>
  )
}

const STATE_WORDS: Readonly<Record<SourceStatus['state'], string>> = {
  ok: 'answers',
  failing: 'does not answer',
  'not-configured': 'not connected',
  waiting: 'not read yet',
}
