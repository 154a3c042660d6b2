import type { ReactElement } from 'react'
import { Sparkline } from '#components/charts/sparkline.tsx'
import { Figure, LastKnown } from '#components/ui/figure.tsx'
import { formatCount, THIN_SPACE } from '#components/ui/format-count.ts'
import { formatDuration } from '#components/ui/format-duration.ts'
import { StateMark, TRUTH_TEXT } from '#components/ui/state-mark.tsx'
import { routes } from '#lib/domain/routes.ts'
import { drainOf, parityOf } from '#lib/domain/drain-time.ts'
import type { QueueLine } from '#lib/views/queues/contract.ts'
import { WINDOW_SECONDS } from './queue-columns.ts'

type QueueFacts = Omit<QueueLine, 'spark'>

interface QueueCellsProps {
  readonly row: QueueFacts
  /** Last hour of depth; null = hole. */
  readonly spark: readonly (number | null)[]
  /** True where the row is a dead-letter queue that stands under its source. */
  readonly isUnder: boolean
}

const NO_DEPTH = 'Not known: SQS has not told it'
const NO_SERVICE = 'Not known: neither settings nor tags tell its service'
const NO_FLOW = 'Not known: CloudWatch has not told it'

/**
 * The cells of one queue, in the order of the table's head; whoever draws the table follows its links by `useFollowedLinks`. Cells are
 * made by calls and hold text where text will do: a list of thousands pays for each component and element when the page wakes up.
 */
export function QueueCells({ row, spark, isUnder }: QueueCellsProps) {
  const { depthUnknownSinceMs, flowUnknownSinceMs } = row
  const depth = (value: number | null, className: string): ReactElement =>
    cellOf(value === null ? null : formatCount(value), className, { why: NO_DEPTH, sinceMs: depthUnknownSinceMs })
  const flow = (value: number | null): ReactElement =>
    cellOf(value === null ? null : formatCount(value), 'number wide', { why: NO_FLOW, sinceMs: flowUnknownSinceMs })
  const age = row.oldestAgeSeconds === null ? null : formatDuration(row.oldestAgeSeconds * 1000)
  return (
    <>
      {nameCell(row, isUnder)}
      <td className={`queue-state ${TRUTH_TEXT[row.truth]}`}>
        <StateMark truth={row.truth} />
        {row.word}
      </td>
      {depth(row.visible, 'number')}
      {depth(row.inFlight, 'number wide')}
      {depth(row.delayed, 'number wide')}
      {cellOf(age, 'number middle', { why: NO_FLOW, sinceMs: flowUnknownSinceMs })}
      {drainCell(row)}
      {flow(row.sent)}
      {flow(row.received)}
      {flow(row.deleted)}
      {parityCell(row)}
      <td className="spark middle">
        <Sparkline values={spark} label="Waiting in the last hour" />
      </td>
      {deadLettersCell(row)}
      {cellOf(row.service, 'service widest', { why: NO_SERVICE, sinceMs: null })}
    </>
  )
}

interface Doubt {
  /** Why the figure is not known, where it is not. */
  readonly why: string
  /** Since when it is only the last one known; null while it is seen. */
  readonly sinceMs: number | null
}

/** A figure; a dash that says why where it is not known, hatched where it is only the last one known. */
function cellOf(text: string | null, className: string, { why, sinceMs }: Doubt): ReactElement {
  if (text === null)
    return (
      <td className={`${className} not-known`} title={why}>
        not known
      </td>
    )
  if (sinceMs === null) return <td className={className}>{text}</td>
  return (
    <td className={className}>
      <LastKnown unknownSinceMs={sinceMs}>{text}</LastKnown>
    </td>
  )
}

function nameCell(row: QueueFacts, isUnder: boolean): ReactElement {
  const link = (
    <a href={routes.queue(row.name)} className="quiet-link" title={row.name}>
      {row.label}
    </a>
  )
  const unit = row.isFifo ? <span className="unit">FIFO</span> : null
  return (
    <th scope="row" className="queue-name">
      {isUnder ? (
        <span className="under">
          {link}
          {unit}
        </span>
      ) : (
        link
      )}
      {isUnder ? null : unit}
    </th>
  )
}

/** When it is empty at the rate of the last hour: `not falling` also where nothing moves at all. */
function drainCell(row: QueueFacts): ReactElement {
  const drain = drainOf(row, WINDOW_SECONDS)
  if (row.deadLetterOf.length > 0 || drain.kind === 'empty') return <td className="number wide text-soft">–</td>
  if (drain.kind === 'stays')
    return (
      <td className="number wide text-soft" title="In the last hour as much came in as was processed, or more">
        not falling
      </td>
    )
  const text = drain.kind === 'unknown' ? null : formatDuration(drain.seconds * 1000)
  return cellOf(text, 'number wide', { why: NO_FLOW, sinceMs: row.depthUnknownSinceMs ?? row.flowUnknownSinceMs })
}

/** Processed of what was sent. */
function parityCell(row: QueueFacts): ReactElement {
  const parity = parityOf(row)
  if (parity === null && row.sent === 0) return <td className="number wide text-soft">–</td>
  const text = parity === null ? null : `${formatCount(Math.round(parity * 100))}${THIN_SPACE}%`
  return cellOf(text, 'number wide', { why: NO_FLOW, sinceMs: row.flowUnknownSinceMs })
}

function deadLettersCell(row: QueueFacts): ReactElement {
  if (row.deadLetterOf.length > 0) return <td className="number middle text-12 text-soft">dead-letter queue</td>
  if (row.dlq === null)
    return (
      <td className="number middle text-soft" title="This queue has no dead-letter queue">
        none
      </td>
    )
  const { name, truth, letters, unknownSinceMs } = row.dlq
  return (
    <td className={`number middle ${TRUTH_TEXT[truth]}`}>
      <a href={routes.queue(name)} className="quiet-link" title={name}>
        {letters === null || unknownSinceMs !== null ? (
          <Figure value={letters} whyNull={NO_DEPTH} unknownSinceMs={unknownSinceMs} />
        ) : (
          formatCount(letters)
        )}
      </a>
    </td>
  )
}
