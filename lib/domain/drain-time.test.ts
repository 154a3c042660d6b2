import { expect, test } from 'vitest'
import { drainOf, parityOf } from './drain-time.ts'

const HOUR = 3_600
const facts = { visible: 90, inFlight: 10, delayed: 0, sent: 100, deleted: 300 }

test('what is left goes at the rate at which more leaves than comes', () => {
  expect(drainOf(facts, HOUR)).toEqual({ kind: 'drains', seconds: 1_800 })
})

test('a queue into which as much comes as goes does not drain', () => {
  expect(drainOf({ ...facts, deleted: 100 }, HOUR)).toEqual({ kind: 'stays' })
  expect(drainOf({ ...facts, deleted: 0 }, HOUR)).toEqual({ kind: 'stays' })
})

test('what is not known is no time, and an empty queue needs none', () => {
  expect(drainOf({ ...facts, deleted: null }, HOUR)).toEqual({ kind: 'unknown' })
  expect(drainOf({ ...facts, visible: null }, HOUR)).toEqual({ kind: 'unknown' })
  expect(drainOf({ ...facts, visible: 0, inFlight: null, sent: null }, HOUR)).toEqual({ kind: 'unknown' })
  expect(drainOf({ ...facts, visible: 0, inFlight: 0, sent: null }, HOUR)).toEqual({ kind: 'empty' })
})

test('parity is what was processed of what was sent, and nothing where nothing was sent', () => {
  expect(parityOf(facts)).toBe(3)
  expect(parityOf({ sent: 4, deleted: 1 })).toBe(0.25)
  expect(parityOf({ sent: 0, deleted: 5 })).toBeNull()
  expect(parityOf({ sent: null, deleted: 5 })).toBeNull()
})
