import type { QueueRow } from '#lib/views/shared.ts'
import { QUEUE_SORT_KEYS, sortFigure, type QueueSort, type QueueSortKey } from './queue-columns.ts'

/** What the list shows of all queues; part of the address, so that it can be sent to a colleague. */
export interface QueueListState {
  /** Text that a name must contain. */
  readonly text: string
  /** True: only queues that are not ok. */
  readonly isOnlyLook: boolean
  readonly sort: QueueSort
}

const DEFAULT_SORT: QueueSort = { key: 'worst', isDescending: false }

/** Reads the state from an address; what is not understood is the default. */
export function readListState(search: Readonly<Record<string, string | undefined>>): QueueListState {
  const key = QUEUE_SORT_KEYS.find((candidate) => candidate === search.sort)
  return {
    text: search.q ?? '',
    isOnlyLook: search.look === '1',
    sort: key === undefined ? DEFAULT_SORT : { key, isDescending: search.dir !== 'up' },
  }
}

/** The state as the query of an address; the default is an empty one. */
export function writeListState({ text, isOnlyLook, sort }: QueueListState): string {
  const query = new URLSearchParams()
  if (text !== '') query.set('q', text)
  if (isOnlyLook) query.set('look', '1')
  if (sort.key !== 'worst') {
    query.set('sort', sort.key)
    if (!sort.isDescending) query.set('dir', 'up')
  }
  return query.size === 0 ? '' : `?${query.toString()}`
}

/** What a press on a column's head leads to: figures from the most, names from A, the other way round, and back to worst first. */
export function pressSort(sort: QueueSort, key: QueueSortKey): QueueSort {
  if (key === 'worst') return DEFAULT_SORT
  const first: QueueSort = { key, isDescending: key !== 'name' }
  if (sort.key !== key) return first
  return sort.isDescending === first.isDescending ? { key, isDescending: !first.isDescending } : DEFAULT_SORT
}

/** A row of the list, and whether it stands under its source. */
export interface ListedQueue {
  readonly row: QueueRow
  readonly isUnder: boolean
}

/** The rows to show in order. A dead-letter queue stays under its source, and is found together with it. */
export function listQueues(rows: readonly QueueRow[], state: QueueListState): ListedQueue[] {
  const wanted = state.text.trim().toLowerCase()
  const groups = groupRows(rows).filter(
    (group) =>
      (!state.isOnlyLook || group.some((row) => row.truth !== 'ok')) &&
      (wanted === '' || group.some((row) => `${row.name} ${row.label}`.toLowerCase().includes(wanted))),
  )
  if (state.sort.key !== 'worst') groups.sort((a, b) => compareGroups(a, b, state.sort))
  return groups.flatMap((group) => group.map((row, at) => ({ row, isUnder: at > 0 })))
}

/** A source with the dead-letter queues that stand behind it. */
function groupRows(rows: readonly QueueRow[]): QueueRow[][] {
  const groups: QueueRow[][] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last?.[0] !== undefined && row.deadLetterOf.includes(last[0].name)) last.push(row)
    else groups.push([row])
  }
  return groups
}

function compareGroups([a]: readonly QueueRow[], [b]: readonly QueueRow[], sort: QueueSort): number {
  if (a === undefined || b === undefined) return 0
  const turn = sort.isDescending ? -1 : 1
  if (sort.key === 'name') return turn * (a.label < b.label ? -1 : Number(a.label > b.label))
  const [left, right] = [sortFigure(a, sort.key), sortFigure(b, sort.key)]
  if (left === null || right === null) return Number(left === null) - Number(right === null)
  return turn * (left - right)
}
