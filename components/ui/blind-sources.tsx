import Link from 'next/link'
import { routes } from '#lib/domain/routes.ts'
import type { SourceStatus } from '#lib/views/shared.ts'
import { notReadOf, type NotRead } from './not-read.ts'
import { StateMark } from './state-mark.tsx'
import { Since } from './time.tsx'

interface BlindSourcesProps {
  readonly blind: readonly SourceStatus[]
}

/** What this page cannot see, on pages that have no list of what needs a hand. Nothing when all is seen. */
export function BlindSources({ blind }: BlindSourcesProps) {
  if (blind.length === 0) return null
  const notRead = notReadOf(blind)
  return (
    <ul className="mb-8 border-t border-strong">
      {notRead === null ? null : <Row {...notRead} label="Look at the sources" />}
      {blind
        .filter(({ state }) => state !== 'not-read')
        .map((source) => (
          <Row
            key={source.id}
            title={`${source.title}: ${STATE_WORDS[source.state]}`}
            notes={source.message === null ? [] : [source.message]}
            sinceMs={source.sinceMs}
            label={source.state === 'not-configured' ? 'See how to connect' : 'Look at the source'}
          />
        ))}
    </ul>
  )
}

interface RowProps extends NotRead {
  /** Of the link to the sources. */
  readonly label: string
}

function Row({ title, notes, sinceMs, label }: RowProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-0.5 border-b border-rule py-2">
      <StateMark truth="unknown" />
      <span className="font-medium">{title}</span>
      <span className="min-w-0 text-soft break-words">
        {notes.join(' ')} <Since atMs={sinceMs} />
      </span>
      <Link href={routes.settings()} prefetch={false} className="ms-auto inline-block min-h-6">
        {label}
      </Link>
    </li>
  )
}

const STATE_WORDS: Readonly<Record<SourceStatus['state'], string>> = {
  ok: 'answers',
  failing: 'does not answer',
  'not-read': 'not read by Spillway',
  'not-configured': 'not connected',
  waiting: 'not read yet',
}
