import { drainOf, parityOf } from '#lib/domain/drain-time.ts'
import type { QueueLine } from '#lib/views/queues/contract.ts'

/** Seconds over which traffic is counted. */
export const WINDOW_SECONDS = 3_600

/** What rows can be sorted by; `worst` is the order of the view: worst first, then by name. */
export const QUEUE_SORT_KEYS = [
  'worst',
  'name',
  'visible',
  'inFlight',
  'delayed',
  'sent',
  'received',
  'deleted',
  'parity',
  'oldest',
  'drain',
  'deadLetters',
  'service',
] as const
export type QueueSortKey = (typeof QUEUE_SORT_KEYS)[number]

export interface QueueSort {
  readonly key: QueueSortKey
  readonly isDescending: boolean
}

export interface QueueColumn {
  readonly key: QueueSortKey | 'spark'
  readonly label: string
  readonly className: string
  readonly isSortable: boolean
}

const column = (key: QueueColumn['key'], label: string, className = 'number'): QueueColumn => ({
  key,
  label,
  className,
  isSortable: key !== 'spark',
})

/** The columns in reading order. `widest`, `wide` and `middle` are left out where there is no room. */
export const QUEUE_COLUMNS: readonly QueueColumn[] = [
  column('name', 'Queue', 'queue-name'),
  column('worst', 'State', 'queue-state'),
  column('visible', 'Waiting'),
  column('inFlight', 'In flight', 'number wide'),
  column('delayed', 'Delayed', 'number wide'),
  column('oldest', 'Oldest', 'number middle'),
  column('drain', 'Empty in', 'number wide'),
  column('sent', 'Sent', 'number wide'),
  column('received', 'Received', 'number wide'),
  column('deleted', 'Processed', 'number wide'),
  column('parity', 'Of sent', 'number wide'),
  column('spark', 'Waiting, last hour', 'spark middle'),
  column('deadLetters', 'Dead letters', 'number middle'),
  column('service', 'Service', 'service widest'),
]

/** The figure of a row by which it is sorted; null (not known) always comes last. */
export function sortFigure(row: QueueLine, key: Exclude<QueueSortKey, 'worst' | 'name' | 'service'>): number | null {
  switch (key) {
    case 'oldest':
      return row.oldestAgeSeconds
    case 'deadLetters':
      return row.dlq?.letters ?? null
    case 'parity':
      return parityOf(row)
    case 'drain':
      return drainFigure(row)
    default:
      return row[key]
  }
}

/** What never drains takes longest; dead-letter queues are emptied by people. */
function drainFigure(row: QueueLine): number | null {
  if (row.deadLetterOf.length > 0) return null
  const drain = drainOf(row, WINDOW_SECONDS)
  if (drain.kind === 'drains') return drain.seconds
  return drain.kind === 'unknown' ? null : drain.kind === 'empty' ? 0 : Number.MAX_VALUE
}
