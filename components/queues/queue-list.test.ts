import { expect, test } from 'vitest'
import type { QueueRow } from '#lib/views/shared.ts'
import { listQueues, pressSort, readListState, writeListState, type QueueListState } from './queue-list.ts'

function row(name: string, over: Partial<QueueRow> = {}): QueueRow {
  return {
    name,
    label: name,
    truth: 'ok',
    word: 'quiet',
    sinceMs: null,
    visible: 0,
    inFlight: 0,
    delayed: 0,
    depthAsOfMs: null,
    depthUnknownSinceMs: null,
    sent: null,
    deleted: null,
    received: null,
    flowAsOfMs: null,
    flowUnknownSinceMs: null,
    oldestAgeSeconds: null,
    isFifo: false,
    dlq: null,
    service: null,
    deadLetterOf: [],
    spark: [],
    ...over,
  }
}

const rows = [
  row('orders', { truth: 'bad', visible: 4 }),
  row('orders-dlq', { deadLetterOf: ['orders'], visible: 9 }),
  row('unseen', { truth: 'unknown', visible: null }),
  row('bills', { visible: 30 }),
  row('atlas', { visible: 2 }),
]
const everything: QueueListState = readListState({})
const namesOf = (state: Partial<QueueListState>): string[] =>
  listQueues(rows, { ...everything, ...state }).map(({ row: { name } }) => name)

test('without a choice the order of the view stands', () => {
  expect(namesOf({})).toEqual(rows.map(({ name }) => name))
})

test('a dead-letter queue follows its source in every order', () => {
  const sorted = listQueues(rows, { ...everything, sort: { key: 'visible', isDescending: true } })
  expect(sorted.map(({ row: { name } }) => name)).toEqual(['bills', 'orders', 'orders-dlq', 'atlas', 'unseen'])
  expect(sorted.filter(({ isUnder }) => isUnder).map(({ row: { name } }) => name)).toEqual(['orders-dlq'])
})

test('what is not known comes last in both directions', () => {
  expect(namesOf({ sort: { key: 'visible', isDescending: false } }).at(-1)).toBe('unseen')
  expect(namesOf({ sort: { key: 'visible', isDescending: true } }).at(-1)).toBe('unseen')
})

test('a text finds a queue together with its dead-letter queue, whatever its case', () => {
  expect(namesOf({ text: ' Orders-DLQ ' })).toEqual(['orders', 'orders-dlq'])
  expect(namesOf({ text: 'no such' })).toEqual([])
})

test('only what needs a look leaves out what is ok', () => {
  expect(namesOf({ isOnlyLook: true })).toEqual(['orders', 'orders-dlq', 'unseen'])
})

test('the address holds the whole state and reads back as it was', () => {
  for (const state of [
    everything,
    { text: 'a b&c', isOnlyLook: true, sort: { key: 'name', isDescending: false } },
    { text: '', isOnlyLook: false, sort: { key: 'oldest', isDescending: true } },
  ] as const)
    expect(readListState(Object.fromEntries(new URLSearchParams(writeListState(state))))).toEqual(state)
  expect(writeListState(everything)).toBe('')
})

test('an address that somebody bent is no error', () => {
  expect(readListState({ sort: 'colour', dir: 'sideways' })).toEqual(everything)
})

test('presses on one head go there, back, and to worst first', () => {
  let sort = pressSort(everything.sort, 'visible')
  expect(sort).toEqual({ key: 'visible', isDescending: true })
  sort = pressSort(sort, 'visible')
  expect(sort).toEqual({ key: 'visible', isDescending: false })
  expect(pressSort(sort, 'visible')).toEqual(everything.sort)
  expect(pressSort(everything.sort, 'name')).toEqual({ key: 'name', isDescending: false })
})
