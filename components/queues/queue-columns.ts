import type { QueueRow } from '#lib/views/shared.ts'

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
  'oldest',
  'deadLetters',
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

/** The columns in reading order. `wide` and `middle` are left out where there is no room. */
export const QUEUE_COLUMNS: readonly QueueColumn[] = [
  column('name', 'Queue', 'queue-name'),
  column('worst', 'State', 'queue-state'),
  column('visible', 'Waiting'),
  column('inFlight', 'In flight', 'number wide'),
  column('delayed', 'Delayed', 'number wide'),
  column('sent', 'Sent', 'number wide'),
  column('received', 'Received', 'number wide'),
  column('deleted', 'Processed', 'number wide'),
  column('oldest', 'Oldest', 'number middle'),
  column('spark', 'Waiting, last hour', 'spark middle'),
  column('deadLetters', 'Dead letters', 'number middle'),
]

/** The figure of a row by which it is sorted; null (not known) always comes last. */
export function sortFigure(row: QueueRow, key: QueueSortKey): number | null {
  if (key === 'oldest') return row.oldestAgeSeconds
  if (key === 'deadLetters') return row.dlq?.letters ?? null
  return key === 'worst' || key === 'name' ? null : row[key]
}
