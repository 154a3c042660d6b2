import { describe, expect, test } from 'vitest'
import type { Alarm } from './alarm.ts'
import { queueTruth, wordsAfterName, type QueueEvidence } from './queue-truth.ts'

const ALARM: Alarm = {
  name: 'orders-age',
  state: 'alarm',
  reason: 'too old',
  stateSinceMs: 500,
  metric: 'ApproximateAgeOfOldestMessage',
  queue: 'orders',
  actionsEnabled: true,
  actionCount: 1,
  missingData: 'missing',
}
const LEAK = { words: '6 sent, 0 processed', severity: 'bad', sinceMs: 400 } as const
const ODD = { words: 'odd', severity: 'unknown', sinceMs: 300 } as const
const LOST = { isFresh: false, sinceMs: 200 } as const

const verdict = (part: Partial<QueueEvidence>): ReturnType<typeof queueTruth> =>
  queueTruth({
    findings: [],
    alarms: [],
    isDeadLetterQueue: false,
    depth: { isFresh: true },
    visible: 0,
    inFlight: 0,
    delayed: 0,
    sent: null,
    ...part,
  })

describe('what is true of a queue', () => {
  test.each<readonly [string, Partial<QueueEvidence>, ReturnType<typeof queueTruth>]>([
    ['read as empty with no word from CloudWatch', {}, { truth: 'ok', word: 'quiet', sinceMs: null }],
    ['read as empty with traffic', { sent: 4 }, { truth: 'ok', word: 'flowing', sinceMs: null }],
    [
      'with messages waiting',
      { visible: 1200, delayed: 3 },
      { truth: 'ok', word: '1\u202F203 waiting', sinceMs: null },
    ],
    ['with messages in a reader’s hand', { inFlight: 2 }, { truth: 'ok', word: '2 in hand', sinceMs: null }],
    ['a leak', { findings: [LEAK], alarms: [ALARM] }, { truth: 'bad', word: '6 sent, 0 processed', sinceMs: 400 }],
    [
      'a leak that is no longer seen stands',
      { findings: [LEAK], depth: LOST },
      { truth: 'bad', word: '6 sent, 0 processed', sinceMs: 400 },
    ],
    ['an alarm', { alarms: [{ ...ALARM, state: 'ok' }, ALARM] }, { truth: 'bad', word: 'in alarm', sinceMs: 500 }],
    [
      'an alarm without data says nothing',
      { alarms: [{ ...ALARM, state: 'insufficient' }] },
      { truth: 'ok', word: 'quiet', sinceMs: null },
    ],
    ['a finding that only doubts', { findings: [ODD] }, { truth: 'unknown', word: 'odd', sinceMs: 300 }],
    [
      'doubt yields to an alarm',
      { findings: [ODD], alarms: [ALARM] },
      { truth: 'bad', word: 'in alarm', sinceMs: 500 },
    ],
    ['not seen', { depth: LOST, visible: 3, sent: 9 }, { truth: 'unknown', word: 'not seen', sinceMs: 200 }],
    [
      'never read',
      { depth: { isFresh: false, sinceMs: null }, visible: null },
      { truth: 'unknown', word: 'not read yet', sinceMs: null },
    ],
    ['dead letters', { isDeadLetterQueue: true, visible: 1 }, { truth: 'bad', word: '1 dead letter', sinceMs: null }],
    [
      'dead letters in somebody’s hand',
      { isDeadLetterQueue: true, inFlight: 2 },
      { truth: 'bad', word: '2 dead letters', sinceMs: null },
    ],
    [
      'an empty dead-letter queue',
      { isDeadLetterQueue: true, visible: 0 },
      { truth: 'ok', word: 'empty', sinceMs: null },
    ],
    [
      'a dead-letter queue that is not seen',
      { isDeadLetterQueue: true, visible: 0, depth: LOST },
      { truth: 'unknown', word: 'not seen', sinceMs: 200 },
    ],
  ])('%s', (_, evidence, expected) => {
    expect(verdict(evidence)).toEqual(expected)
  })

  test('is never ok unless its depth was read lately, whatever else is told', () => {
    for (const depth of [LOST, { isFresh: false, sinceMs: null } as const])
      for (const sent of [null, 0, 9])
        for (const isDeadLetterQueue of [true, false])
          expect(verdict({ depth, sent, isDeadLetterQueue }).truth).toBe('unknown')
  })
})

test.each([
  ['profile-created: 6 sent, 0 processed', ['Profiles', 'profile-created'], '6 sent, 0 processed'],
  ['Profiles: 6 sent, 0 processed', ['Profiles', 'profile-created'], '6 sent, 0 processed'],
  ['profile: 6 sent', ['profile-created'], 'profile: 6 sent'],
])('"%s" next to the name %o reads "%s"', (title, names, words) => {
  expect(wordsAfterName(title, names)).toBe(words)
})
