import type { ReactNode } from 'react'
import { Part } from '#components/ui/part.tsx'
import { Time } from '#components/ui/time.tsx'
import type { QueuePage } from '#lib/views/queue/contract.ts'

/** What else changed when the trouble began: in the messages, and around them. */
export function QueueChanges({ changes }: { readonly changes: NonNullable<QueuePage['changes']> }) {
  const { sinceMs, messages, differences, marks } = changes
  return (
    <Part
      title="What else changed then"
      aside={
        <>
          about <Time atMs={sinceMs} />
        </>
      }
    >
      <dl className="border-t border-strong">
        <Row label="In the messages">
          <p>{messages}</p>
          <List words={differences} />
        </Row>
        <Row label="Deploys, releases and marks">
          {marks.length === 0 ? <p>None is known from half an hour before until then.</p> : <List words={marks} />}
        </Row>
      </dl>
    </Part>
  )
}

function Row({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[minmax(7rem,1fr)_minmax(0,4fr)] gap-x-4 border-b border-rule py-1.5">
      <dt className="text-soft">{label}</dt>
      <dd className="[overflow-wrap:anywhere]">{children}</dd>
    </div>
  )
}

function List({ words }: { readonly words: readonly string[] }) {
  return (
    <ul>
      {words.map((each) => (
        <li key={each}>{each}</li>
      ))}
    </ul>
  )
}
