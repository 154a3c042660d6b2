import { Time } from '#components/ui/time.tsx'
import { groupName } from '#lib/domain/message-group.ts'
import type { QueueInside } from '#lib/views/queue-inside.ts'

type Change = QueueInside['changes'][number]

/** Who changed which note, owner, hold or ticket, the newest first. */
export function GroupHistory({ changes }: Pick<QueueInside, 'changes'>) {
  if (changes.length === 0) return null
  return (
    <details className="mt-3">
      <summary className="min-h-6 text-link">Changes of notes, owners, holds and tickets</summary>
      <ol className="mt-1 max-w-[48rem]">
        {changes.map((change) => (
          <li
            key={`${change.fingerprint} ${change.atMs} ${change.field}`}
            className="border-b border-rule py-1.5 [overflow-wrap:anywhere]"
          >
            <span className="text-soft">
              <Time atMs={change.atMs} /> {change.by}, {groupName(change.fingerprint)}:
            </span>{' '}
            {changeWords(change)}
          </li>
        ))}
      </ol>
    </details>
  )
}

function changeWords({ field, value }: Change): string {
  if (field === 'hold') return value === null ? 'no longer held' : 'held'
  return value === null ? `${field} taken away` : `${field}: ${value}`
}
