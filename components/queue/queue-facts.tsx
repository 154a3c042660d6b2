import { Part } from '#components/ui/part.tsx'
import type { QueuePage } from '#lib/views/queue/contract.ts'

/** How the queue is set up, as SQS tells it. */
export function QueueFacts({ facts }: Pick<QueuePage, 'facts'>) {
  return (
    <Part title="How it is set up">
      <dl className="border-t border-strong">
        {facts.map((fact) => (
          <div
            key={fact.label}
            className="grid grid-cols-[minmax(7rem,2fr)_minmax(0,3fr)] gap-x-4 border-b border-rule py-1.5"
          >
            <dt className="text-soft">{fact.label}</dt>
            <dd className="[overflow-wrap:anywhere]">
              {fact.value ?? (
                <span className="text-soft" title="SQS did not tell it">
                  not known
                </span>
              )}
              {fact.note === null ? null : <span className="block text-12 text-soft">{fact.note}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </Part>
  )
}
