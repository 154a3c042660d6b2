import { expect, test } from 'vitest'
import { expiryAdvice, expiryOf, type ExpiryFacts } from './expiry.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.UTC(2024, 10, 7, 10, 30)
const facts: ExpiryFacts = {
  nowMs: NOW,
  isFifo: false,
  retentionSeconds: 345_600,
  held: 12,
  heldSinceMs: NOW - 5 * HOUR,
  look: { atMs: NOW - HOUR, read: 12, about: 12, firstSentMs: NOW - DAY },
  takenMs: null,
}

test('the oldest message expires by its own send time, although it became a dead letter later', () => {
  expect(expiryOf(facts)).toMatchObject({ kind: 'known', atMs: NOW + 3 * DAY, sentMs: NOW - DAY, read: 12 })
})

test('without a look it is not known, but no later than what was there first allows', () => {
  const bound = { kind: 'bound', atMs: NOW - 5 * HOUR + 4 * DAY, heldSinceMs: NOW - 5 * HOUR, why: 'no-look' }
  expect(expiryOf({ ...facts, look: null })).toEqual(bound)
  expect(expiryOf({ ...facts, look: { atMs: NOW, read: 0, about: 12, firstSentMs: null } })).toEqual(bound)
  expect(expiryOf({ ...facts, look: null, heldSinceMs: null })).toEqual({ kind: 'unknown', why: 'no-look' })
})

test('a look from before the queue was last empty says nothing of what is there now', () => {
  expect(expiryOf({ ...facts, heldSinceMs: NOW - HOUR / 2 })).toMatchObject({ kind: 'bound', why: 'no-look' })
})

test('after a redrive took messages out, neither the look nor the first reading says it', () => {
  expect(expiryOf({ ...facts, takenMs: NOW - HOUR / 2 })).toEqual({ kind: 'unknown', why: 'taken-since' })
  expect(expiryOf({ ...facts, takenMs: NOW - 2 * HOUR })).toMatchObject({ kind: 'known' })
})

test('what should have expired by now was not looked at', () => {
  const look = { atMs: NOW - HOUR, read: 1, about: 12, firstSentMs: NOW - 5 * DAY }
  expect(expiryOf({ ...facts, look })).toMatchObject({ kind: 'bound', why: 'expired-since' })
  expect(expiryOf({ ...facts, look, heldSinceMs: NOW - 6 * DAY })).toEqual({ kind: 'unknown', why: 'expired-since' })
})

test('a FIFO queue counts from the move, which nobody is told', () => {
  expect(expiryOf({ ...facts, isFifo: true })).toMatchObject({ kind: 'bound', why: 'fifo' })
})

test('nothing in it expires, and what is not read is not known', () => {
  expect(expiryOf({ ...facts, held: 0 })).toEqual({ kind: 'empty' })
  expect(expiryOf({ ...facts, held: null })).toEqual({ kind: 'unknown', why: 'no-reading' })
  expect(expiryOf({ ...facts, retentionSeconds: null })).toEqual({ kind: 'unknown', why: 'no-retention' })
  expect(expiryAdvice('no-look')).toContain('Look into the queue')
})
