import { expect, test } from 'vitest'
import type { SourceState } from '#lib/store/source-states.ts'
import { blindOf, sourceStatus } from './source-statuses.ts'

const NOW = Date.UTC(2024, 7, 14, 15, 0)
const MINUTE = 60_000

const READ: SourceState = {
  source: 'sqs',
  lastAttemptMs: NOW - 1000,
  lastOkMs: NOW - 1000,
  failingSinceMs: null,
  reason: null,
  message: null,
  cursor: null,
}
const LONG_AGO: SourceState = { ...READ, lastAttemptMs: NOW - 30 * MINUTE, lastOkMs: NOW - 30 * MINUTE }
const REFUSED = { failingSinceMs: NOW - 40 * MINUTE, reason: 'denied', message: 'not allowed' }

interface Readers {
  readonly isAnyHeld?: boolean
  readonly waitingFromMs?: number
}

function seen(
  state: SourceState | null,
  isHeld: boolean,
  { isAnyHeld = isHeld, waitingFromMs = NOW - 24 * 60 * MINUTE }: Readers = {},
): ReturnType<typeof sourceStatus> {
  return sourceStatus({
    source: { id: 'sqs', title: 'SQS' },
    missing: null,
    everySeconds: 30,
    isPushed: false,
    isHeld,
    isAnyHeld,
    waitingFromMs,
    state,
    openGaps: [],
    nowMs: NOW,
    timeZone: 'UTC',
  })
}

test.each([
  ['read a moment ago', READ, true, 'ok'],
  ['read a moment ago by a process that is gone', READ, false, 'ok'],
  ['never read, as a process begins to', null, true, 'waiting'],
  ['never read, and by nobody', null, false, 'not-read'],
  ['that failed from the first time on', { ...LONG_AGO, ...REFUSED, lastOkMs: null }, true, 'failing'],
  ['read by nobody for long', LONG_AGO, false, 'not-read'],
  ['read by nobody, as a new process begins to', LONG_AGO, true, 'not-read'],
  ['asked again a moment ago', { ...LONG_AGO, lastAttemptMs: NOW - 1000 }, true, 'not-read'],
  ['asked again and silent', { ...LONG_AGO, lastAttemptMs: NOW - 2 * MINUTE }, true, 'failing'],
  ['asked by a process that was killed meanwhile', { ...LONG_AGO, lastAttemptMs: NOW - 2 * MINUTE }, false, 'not-read'],
  ['refusing', { ...READ, ...REFUSED }, true, 'failing'],
  ['refusing until a moment ago', { ...READ, ...REFUSED }, false, 'failing'],
  ['refusing when it was last asked, long ago', { ...LONG_AGO, ...REFUSED }, false, 'not-read'],
] as const)('a source %s', (_, state, isHeld, told) => {
  expect(seen(state, isHeld).state).toBe(told)
})

test.each([
  ['while processes may be starting', NOW - MINUTE, 'waiting', 'It has not been read yet.'],
  ['after that', NOW - MINUTE - 1, 'not-read', 'No process of Spillway reads: start one with SPILLWAY_ROLE'],
] as const)('of a source that was never read and that nobody reads is said %s', (_, waitingFromMs, state, words) => {
  const status = seen(null, false, { waitingFromMs })
  expect(status).toMatchObject({ state, sinceMs: null, message: expect.stringContaining(words) })
})

test.each([
  ['was never read', null],
  ['was read before', LONG_AGO],
])('a source that %s is told as the one that lacks a reader where others are read', (_, state) => {
  const { message } = seen(state, false, { isAnyHeld: true })
  expect(message).toMatch(/^No process of Spillway reads it: give the one that reads the others the settings/)
})

test('what is said of a source that nobody reads blames Spillway, says what to do, and stands first', () => {
  const unread = seen(LONG_AGO, false)
  expect(unread).toMatchObject({
    sinceMs: NOW - 30 * MINUTE,
    message: expect.stringMatching(/^No process of Spillway reads: start one/),
  })
  const failing = seen({ ...READ, ...REFUSED }, true)
  expect(failing.message).toBe('not allowed')
  expect(blindOf([failing, seen(READ, true), unread]).map(({ state }) => state)).toEqual(['not-read', 'failing'])
})
