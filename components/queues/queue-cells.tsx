import Link from 'next/link'
import { Sparkline } from '#components/charts/sparkline.tsx'
import { Figure, LastKnown } from '#components/ui/figure.tsx'
import { formatDuration } from '#components/ui/format-duration.ts'
import { StateMark, TRUTH_TEXT } from '#components/ui/state-mark.tsx'
import { routes } from '#lib/domain/routes.ts'
import type { QueueRow } from '#lib/views/shared.ts'

interface QueueCellsProps {
  readonly row: QueueRow
  /** True where the row is a dead-letter queue that stands under its source. */
  readonly isUnder: boolean
}

const NO_DEPTH = 'Not known: SQS has not told it'
const NO_FLOW = 'Not known: CloudWatch has not told it'

/** The cells of one queue, in the order of the table's head. */
export function QueueCells({ row, isUnder }: QueueCellsProps) {
  return (
    <>
      <th scope="row" className="queue-name">
        <span className={isUnder ? 'under' : undefined}>
          <Link href={routes.queue(row.name)} prefetch={false} className="quiet-link" title={row.name}>
            {row.label}
          </Link>
          {row.isFifo ? <span className="unit">FIFO</span> : null}
        </span>
      </th>
      <td className={`queue-state ${TRUTH_TEXT[row.truth]}`}>
        <span className="inline-flex items-center gap-2">
          <StateMark truth={row.truth} />
          {row.word}
        </span>
      </td>
      <td className="number">
        <Figure value={row.visible} whyNull={NO_DEPTH} unknownSinceMs={row.depthUnknownSinceMs} />
      </td>
      <td className="number wide">
        <Figure value={row.inFlight} whyNull={NO_DEPTH} unknownSinceMs={row.depthUnknownSinceMs} />
      </td>
      <td className="number wide">
        <Figure value={row.delayed} whyNull={NO_DEPTH} unknownSinceMs={row.depthUnknownSinceMs} />
      </td>
      <td className="number wide">
        <Figure value={row.sent} whyNull={NO_FLOW} unknownSinceMs={row.flowUnknownSinceMs} />
      </td>
      <td className="number wide">
        <Figure value={row.received} whyNull={NO_FLOW} unknownSinceMs={row.flowUnknownSinceMs} />
      </td>
      <td className="number wide">
        <Figure value={row.deleted} whyNull={NO_FLOW} unknownSinceMs={row.flowUnknownSinceMs} />
      </td>
      <td className="number middle">
        {row.oldestAgeSeconds === null ? (
          <Figure value={null} whyNull={NO_FLOW} />
        ) : (
          <LastKnown unknownSinceMs={row.flowUnknownSinceMs}>{formatDuration(row.oldestAgeSeconds * 1000)}</LastKnown>
        )}
      </td>
      <td className="spark middle">
        <Sparkline values={row.spark} label="Waiting in the last hour" />
      </td>
      <td className="number middle">
        <DeadLetters row={row} />
      </td>
    </>
  )
}

function DeadLetters({ row }: { readonly row: QueueRow }) {
  if (row.deadLetterOf.length > 0) return <span className="text-12 text-soft">dead-letter queue</span>
  if (row.dlq === null)
    return (
      <span className="text-soft" title="This queue has no dead-letter queue">
        none
      </span>
    )
  return (
    <span className={TRUTH_TEXT[row.dlq.truth]}>
      <Link href={routes.queue(row.dlq.name)} prefetch={false} className="quiet-link" title={row.dlq.name}>
        <Figure value={row.dlq.letters} whyNull={NO_DEPTH} unknownSinceMs={row.dlq.unknownSinceMs} />
      </Link>
    </span>
  )
}
