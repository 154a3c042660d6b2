import { Part } from '#components/ui/part.tsx'
import type { ResyncPage, ResyncSample as Sample } from '#lib/views/resync/contract.ts'

interface ResyncSampleProps {
  readonly data: ResyncPage
  readonly sample: Sample
}

/** What is sent or called for the first person; the reference is hidden. */
export function ResyncSample({ data, sample }: ResyncSampleProps) {
  return (
    <Part
      title={data.state === 'planned' ? 'What would be sent for each person' : 'What is sent for each person'}
      aside="one of them; the reference is hidden"
    >
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-6 gap-y-1 border-t border-strong pt-3">
        <dt className="text-soft">{sample.via === 'http' ? 'HTTP call' : 'Queue'}</dt>
        <dd className="font-mono text-12 leading-5 [overflow-wrap:anywhere]">{sample.to}</dd>
        {sample.group === null ? null : (
          <>
            <dt className="text-soft">Message group</dt>
            <dd className="font-mono text-12 leading-5 [overflow-wrap:anywhere]">{sample.group}</dd>
          </>
        )}
        {sample.body === null ? null : (
          <>
            <dt className="text-soft">Body</dt>
            <dd className="font-mono text-12 leading-5 [overflow-wrap:anywhere]">{sample.body}</dd>
          </>
        )}
      </dl>
    </Part>
  )
}
