import { expect, test } from 'vitest'
import type { QueueLine, Queues } from '#lib/views/queues/contract.ts'
import { FIRST_ROWS, firstRows } from './first-rows.ts'
import { listLines, listQueues, pressSort, readListState, writeListState, type QueueListState } from './queue-list.ts'

function row(name: string, over: Partial<QueueLine> = {}): QueueLine {
  return {
    name,
    label: name,
    truth: 'ok',
    word: 'quiet',
    visible: 0,
    inFlight: 0,
    delayed: 0,
    depthUnknownSinceMs: null,
    sent: null,
    deleted: null,
    received: null,
    flowUnknownSinceMs: null,
    oldestAgeSeconds: null,
    isFifo: false,
    dlq: null,
    service: null,
    deadLetterOf: [],
    spark: '',
    ...over,
  }
}

const HEADLINE = { truth: 'ok', text: '', short: '' } as const
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

test('a state leaves out the others; what needs a look is all that is not ok', () => {
  expect(namesOf({ state: 'look' })).toEqual(['orders', 'orders-dlq', 'unseen'])
  expect(namesOf({ state: 'bad' })).toEqual(['orders', 'orders-dlq'])
  expect(namesOf({ state: 'unknown' })).toEqual(['unseen'])
})

test('a service keeps its own queues, is found by its name, and heads them where it sorts', () => {
  const ofShop = rows.map((each) =>
    each.name === 'bills' || each.name === 'atlas' ? { ...each, service: 'shop' } : each,
  )
  const names = (state: Partial<QueueListState>) =>
    listQueues(ofShop, { ...everything, ...state }).map((line) => line.row.name)
  expect(names({ service: 'shop' })).toEqual(['bills', 'atlas'])
  expect(names({ text: 'SHO' })).toEqual(['bills', 'atlas'])
  const sort = { key: 'service', isDescending: false } as const
  const lines = listLines(listQueues(ofShop, { ...everything, sort }), sort)
  expect(lines.map((line) => ('row' in line ? line.row.name : `${line.service}: ${line.count}`))).toEqual([
    'shop: 2',
    'bills',
    'atlas',
    'No service known: 3',
    'orders',
    'orders-dlq',
    'unseen',
  ])
})

test('queues sort by what is processed of what is sent, and by when they are empty', () => {
  const told = [
    row('even', { sent: 10, deleted: 10 }),
    row('leaks', { sent: 10, deleted: 0, visible: 10 }),
    row('drains', { sent: 0, deleted: 10, visible: 10 }),
    row('dark', { visible: null }),
  ]
  const by = (key: QueueListState['sort']['key']) =>
    listQueues(told, { ...everything, sort: { key, isDescending: true } }).map((line) => line.row.name)
  expect(by('parity').slice(0, 2)).toEqual(['even', 'leaks'])
  expect(by('drain')).toEqual(['leaks', 'drains', 'even', 'dark'])
})

test('the first HTML of a long list holds the rows that its address puts first, and says how many fit', () => {
  const many = Array.from({ length: 1_000 }, (_, index) =>
    row(`q-${index}`, { visible: index, service: index % 2 === 0 ? 'a' : 'b' }),
  )
  const queues: Queues = {
    nowMs: 0,
    headline: HEADLINE,
    blind: [],
    rows: many,
    total: 1_000,
    look: 0,
    services: ['a', 'b'],
  }
  const state: QueueListState = { ...everything, service: 'b', sort: { key: 'visible', isDescending: true } }
  const first = firstRows(queues, state)
  expect([first.queues.rows.length, first.queues.total, first.shown]).toEqual([FIRST_ROWS, 1_000, 500])
  const whole = listQueues(many, state).map((line) => line.row.name)
  expect(listQueues(first.queues.rows, state).map((line) => line.row.name)).toEqual(whole.slice(0, FIRST_ROWS))
  expect(firstRows({ ...queues, rows: many.slice(0, 300), total: 300 }, everything).queues.rows).toHaveLength(300)
})

test('the address holds the whole state and reads back as it was', () => {
  for (const state of [
    everything,
    { text: 'a b&c', state: 'look', service: 'shop & co', sort: { key: 'name', isDescending: false } },
    { text: '', state: 'unknown', service: '', sort: { key: 'oldest', isDescending: true } },
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
