import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import type { LedgerNote, RedrivePage } from '#lib/views/redrive/contract.ts'

/** Messages that a person may want to look after; the others need no line of their own. */
export function LedgerNotes({ notes }: Pick<RedrivePage, 'notes'>) {
  return (
    <Part title="Messages to look after" aside={notes.length === 0 ? undefined : 'the latest first'}>
      {notes.length === 0 ? (
        <p className="border-y border-t-strong border-b-rule py-2.5 text-soft">
          None: no message was refused, came back, or may stand twice.
        </p>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Message</th>
              <th scope="col">What is known of it</th>
              <th scope="col" className="number max-sm:hidden">
                Picked up
              </th>
            </tr>
          </thead>
          <tbody>
            {notes.map((note) => (
              <tr key={note.messageId}>
                <td className="py-1.5 font-mono text-12 [overflow-wrap:anywhere]">{note.messageId}</td>
                <td className="py-1.5">
                  <NoteWords note={note} />
                </td>
                <td className="number max-sm:hidden">
                  <Time atMs={note.readMs} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Part>
  )
}

function NoteWords({ note }: { readonly note: LedgerNote }) {
  return (
    <span className="flex flex-wrap gap-x-4 gap-y-0.5">
      {note.cameBackMs === null ? null : (
        <span className="inline-flex items-center gap-2 text-bad">
          <StateMark truth="bad" />
          <span>
            came back, seen at <Time atMs={note.cameBackMs} />
          </span>
        </span>
      )}
      {note.isPossibleDuplicate ? (
        <span className="inline-flex items-center gap-2">
          <StateMark truth="unknown" />
          possible duplicate: sent again after an unknown end
        </span>
      ) : null}
      {note.halfWay === null ? null : (
        <span className="inline-flex items-center gap-2">
          <StateMark truth="unknown" />
          {note.halfWay}
        </span>
      )}
      {note.problem === null ? null : (
        <span className="inline-flex items-center gap-2">
          <StateMark truth="muted" />
          left where it is: {note.problem}
        </span>
      )}
    </span>
  )
}
