import type { Queues } from '#lib/views/queues/contract.ts'
import { listQueues, type QueueListState } from './queue-list.ts'

/** More than a screen holds; the rest comes as soon as the page stands, and weighs nothing before. */
export const FIRST_ROWS = 40

/** A list this short is sent and drawn whole, so that the browser's own search finds all of it. */
export const WHOLE_UP_TO = 300

export interface FirstRows {
  readonly queues: Queues
  /** Queues that fit what the address asks for, also those that are not among the first rows. */
  readonly shown: number
}

/** What the first HTML holds of a long list: the rows that an address puts first, with real figures. A short list is whole. */
export function firstRows(queues: Queues, state: QueueListState): FirstRows {
  const listed = listQueues(queues.rows, state)
  if (queues.rows.length <= WHOLE_UP_TO) return { queues, shown: listed.length }
  const first = new Set(listed.slice(0, FIRST_ROWS).map(({ row }) => row))
  // In the order of the view, so that what is sorted again in the browser comes out the same.
  return { queues: { ...queues, rows: queues.rows.filter((row) => first.has(row)) }, shown: listed.length }
}
