import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { MISSED_WORDS } from '#lib/domain/redrive-missed.ts'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'

/** What of its list a redrive did not move, each with the reason; nothing where it moved all of it. */
export function MissedNotes({ missed }: Pick<RedrivePage, 'missed'>) {
  if (missed === null) return null
  return (
    <Part title="Not moved">
      <p className="flex items-start gap-3 border-t border-strong py-2.5">
        <span className="flex h-6 items-center">
          <StateMark truth="unknown" />
        </span>
        {missed.words}
      </p>
      <ul>
        {missed.messages.map(({ messageId, why }) => (
          <li key={messageId} className="flex flex-wrap gap-x-4 border-t border-rule py-1.5">
            <span className="font-mono text-12 leading-6 [overflow-wrap:anywhere]">{messageId}</span>
            <span className="text-soft">{MISSED_WORDS[why]}</span>
          </li>
        ))}
      </ul>
    </Part>
  )
}
