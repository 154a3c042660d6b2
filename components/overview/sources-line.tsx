import Link from 'next/link'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Age, Time } from '#components/ui/time.tsx'
import { Part } from '#components/ui/part.tsx'
import { routes } from '#lib/domain/routes.ts'
import type { Truth } from '#lib/domain/truth.ts'
import type { SourceStatus } from '#lib/views/shared.ts'

interface SourcesLineProps {
  readonly sources: readonly SourceStatus[]
}

/** Where the figures come from, and how old they are. */
export function SourcesLine({ sources }: SourcesLineProps) {
  return (
    <Part
      title="Sources"
      aside={
        <Link href={routes.settings()} prefetch={false}>
          How they are set up
        </Link>
      }
    >
      <ul className="flex flex-wrap gap-x-8 border-t border-strong pt-2">
        {sources.map((source) => (
          <li key={source.id} className="flex min-h-8 items-center gap-2" title={source.message ?? undefined}>
            <StateMark truth={sourceTruth(source)} />
            <span>{source.title}</span>
            <span className="text-soft">
              <SourceWords source={source} />
            </span>
          </li>
        ))}
      </ul>
    </Part>
  )
}

/** A source that answers is ok; one that was never set up is no fault, and nothing is known through it either. */
export function sourceTruth(source: SourceStatus): Truth {
  if (source.state === 'ok') return 'ok'
  return source.state === 'not-configured' ? 'muted' : 'unknown'
}

function SourceWords({ source }: { readonly source: SourceStatus }) {
  if (source.state === 'not-configured') return 'not connected'
  if (source.state === 'waiting') return 'not read yet'
  if (source.state === 'failing' || source.state === 'not-read') {
    const words = source.state === 'failing' ? 'does not answer' : 'not read'
    return source.sinceMs === null ? (
      words
    ) : (
      <>
        {words} since <Time atMs={source.sinceMs} />
      </>
    )
  }
  return source.lastOkMs === null ? (
    'answers'
  ) : (
    <>
      read <Age atMs={source.lastOkMs} /> ago
    </>
  )
}
