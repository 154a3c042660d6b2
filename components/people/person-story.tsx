import Link from 'next/link'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import type { Truth } from '#lib/domain/truth.ts'
import type { PersonEvent, PersonPage } from '#lib/views/person/contract.ts'

/** All that happened to the person's e-mails, and what was tried for them; newest first. */
export function PersonStory({ events }: Pick<PersonPage, 'events'>) {
  return (
    <Part title="What happened, and what was tried">
      <ol className="border-t border-strong">
        {events.map((event) => (
          <li
            key={`${event.atMs} ${event.kind} ${event.words}`}
            className="grid grid-cols-[1rem_minmax(0,1fr)] items-start gap-x-3 border-b border-rule py-2 sm:grid-cols-[8rem_1rem_minmax(0,1fr)]"
          >
            <span className="text-soft max-sm:col-start-2 max-sm:row-start-2 max-sm:text-12">
              <Time atMs={event.atMs} />
            </span>
            <span className="flex h-5 items-center max-sm:row-start-1">
              <StateMark truth={truthOf(event)} />
            </span>
            <span className="min-w-0 max-sm:row-start-1">
              <span className={event.isBad ? 'text-bad' : ''}>{sentenceOf(event)}</span>
              {event.detail === null ? null : (
                <span className="ms-2 font-mono text-12 [overflow-wrap:anywhere] text-soft">{event.detail}</span>
              )}
              {event.isBackfill ? <span className="ms-2 text-12 text-soft">learnt later</span> : null}
              {event.href === null ? null : (
                <Link href={event.href} prefetch={false} className="ms-2 text-12">
                  open
                </Link>
              )}
            </span>
          </li>
        ))}
      </ol>
    </Part>
  )
}

function sentenceOf({ words }: PersonEvent): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function truthOf({ kind, isBad }: PersonEvent): Truth {
  if (isBad) return 'bad'
  return kind === 'resync' || kind === 'redrive' ? 'healing' : 'ok'
}
