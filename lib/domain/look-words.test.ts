import { expect, test } from 'vitest'
import { lookWarning, lookWords, lookWordsAt } from './look-words.ts'

const AT = Date.UTC(2026, 6, 1, 9, 31)
const look = { read: 9_988, about: 10_000, inFlight: 12, isFifo: false }

test('says how much of about how many was read, what was in flight, and as of when in the reader’s zone', () => {
  const clock = { nowMs: AT + 60_000, timeZone: 'Europe/London' }
  expect(lookWordsAt({ ...look, atMs: AT }, clock)).toBe(
    'read 9\u202F988 of about 10\u202F000 messages; 12 in flight; as of 10:31 BST',
  )
  expect(lookWordsAt({ ...look, atMs: AT }, { ...clock, timeZone: 'UTC' })).toContain('as of 09:31 UTC')
})

test.each([
  [{ read: 4, about: 4, inFlight: 0, isFifo: false }, 'read all 4 messages'],
  [{ read: 1, about: 1, inFlight: 0, isFifo: false }, 'read the one message'],
  [{ read: 0, about: 3, inFlight: 3, isFifo: false }, 'read 0 of about 3 messages; 3 in flight'],
  [
    { read: 10, about: 400, inFlight: 0, isFifo: true },
    'read 10 of about 400 messages; of a FIFO queue SQS shows only the heads of its groups',
  ],
])('%o: %s', (facts, words) => {
  expect(lookWords(facts)).toBe(words)
})

test('warns where a receive counts: of a dead-letter queue with a redrive policy of its own', () => {
  expect(lookWarning({ name: 'a-dlq', maxReceiveCount: null, dlqName: null })).toBeNull()
  expect(lookWarning({ name: 'a-dlq', maxReceiveCount: 3, dlqName: 'grave' })).toBe(
    'a-dlq has a redrive policy of its own: after 3 receives a message moves on to grave. A look is a receive of every message that it reads.',
  )
})
