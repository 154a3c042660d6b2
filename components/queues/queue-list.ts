import type { QueueLine } from '#lib/views/queues/contract.ts'
import { QUEUE_SORT_KEYS, sortFigure, type QueueSort, type QueueSortKey } from './queue-columns.ts'

/** `look`: all that are not ok. */
export const QUEUE_STATES = ['any', 'look', 'bad', 'unknown', 'ok'] as const
export type QueueState = (typeof QUEUE_STATES)[number]

/** What the list shows of all queues; part of the address, so that it can be sent to a colleague. */
export interface QueueListState {
  /** Text that a name, label or service must contain. */
  readonly text: string
  readonly state: QueueState
  /** Only queues of this service; empty for all. */
  readonly service: string
  readonly sort: QueueSort
}

const DEFAULT_SORT: QueueSort = { key: 'worst', isDescending: false }

/** Reads the state from an address; what is not understood is the default. */
export function readListState(search: Readonly<Record<string, string | undefined>>): QueueListState {
  const key = QUEUE_SORT_KEYS.find((candidate) => candidate === search.sort)
  return {
    text: search.q ?? '',
    state: QUEUE_STATES.find((candidate) => candidate === search.state) ?? 'any',
    service: search.service ?? '',
    sort: key === undefined ? DEFAULT_SORT : { key, isDescending: search.dir !== 'up' },
  }
}

/** The state as the query of an address; the default is an empty one. */
export function writeListState({ text, state, service, sort }: QueueListState): string {
  const query = new URLSearchParams()
  if (text !== '') query.set('q', text)
  if (state !== 'any') query.set('state', state)
  if (service !== '') query.set('service', service)
  if (sort.key !== 'worst') {
    query.set('sort', sort.key)
    if (!sort.isDescending) query.set('dir', 'up')
  }
  return query.size === 0 ? '' : `?${query.toString()}`
}

/** What a press on a column's head leads to: figures from the most, texts from A, the other way round, and back to worst first. */
export function pressSort(sort: QueueSort, key: QueueSortKey): QueueSort {
  if (key === 'worst') return DEFAULT_SORT
  const first: QueueSort = { key, isDescending: key !== 'name' && key !== 'service' }
  if (sort.key !== key) return first
  return sort.isDescending === first.isDescending ? { key, isDescending: !first.isDescending } : DEFAULT_SORT
}

/** A row of the list, and whether it stands under its source. */
export interface ListedQueue {
  readonly row: QueueLine
  readonly isUnder: boolean
}

/** A line of the table: a queue, or the name of the service to which those below it belong. */
export type ListLine = ListedQueue | { readonly service: string; readonly count: number }

/** The rows to show in order. A dead-letter queue stays under its source, and is found together with it. */
export function listQueues(rows: readonly QueueLine[], state: QueueListState): ListedQueue[] {
  const wanted = state.text.trim().toLowerCase()
  const groups = groupRows(rows).filter((group) => group.some((row) => fits(row, state, wanted)))
  if (state.sort.key !== 'worst') groups.sort((a, b) => compareGroups(a, b, state.sort))
  return groups.flatMap((group) => group.map((row, at) => ({ row, isUnder: at > 0 })))
}

/** The same with a line above the queues of each service, where they are sorted by it. */
export function listLines(queues: readonly ListedQueue[], { key }: QueueSort): readonly ListLine[] {
  if (key !== 'service') return queues
  const groups = Map.groupBy(queues, ({ row }) => row.service ?? NO_SERVICE)
  return [...groups].flatMap(([service, listed]): ListLine[] => [{ service, count: listed.length }, ...listed])
}

const NO_SERVICE = 'No service known'

function fits(row: QueueLine, { state, service }: QueueListState, wanted: string): boolean {
  if (service !== '' && row.service !== service) return false
  if (state !== 'any' && (state === 'look' ? row.truth === 'ok' : row.truth !== state)) return false
  return wanted === '' || `${row.name} ${row.label} ${row.service ?? ''}`.toLowerCase().includes(wanted)
}

/** A source with the dead-letter queues that stand behind it. */
function groupRows(rows: readonly QueueLine[]): QueueLine[][] {
  const groups: QueueLine[][] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last?.[0] !== undefined && row.deadLetterOf.includes(last[0].name)) last.push(row)
    else groups.push([row])
  }
  return groups
}

function compareGroups([a]: readonly QueueLine[], [b]: readonly QueueLine[], { key, isDescending }: QueueSort): number {
  if (a === undefined || b === undefined || key === 'worst') return 0
  const turn = isDescending ? -1 : 1
  if (key === 'name') return turn * compareTexts(a.label, b.label)
  const [left, right] = key === 'service' ? [a.service, b.service] : [sortFigure(a, key), sortFigure(b, key)]
  if (left === null || right === null) return Number(left === null) - Number(right === null)
  return turn * (typeof left === 'string' ? compareTexts(left, String(right)) : left - Number(right))
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
