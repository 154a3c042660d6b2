import { describe, expect, test } from 'vitest'
import { minuteOf, othersDeleted, sumFlow } from './own-traffic.ts'
import { judgeCanary, proveRun, type CanaryEvidence, type RunEvidence } from './redrive-fate.ts'
import { nextRedriveState, redriveName, redriveNumber, REDRIVE_STATES, resumedState } from './redrive.ts'

const NOTHING: CanaryEvidence = {
  messages: 1,
  seenAgain: null,
  outcomes: 0,
  flow: null,
  wasQuiet: false,
  backlog: 0,
  isNowhere: false,
}

describe('the fate of the first message', () => {
  test.each<[string, Partial<CanaryEvidence>, string]>([
    ['nothing at all', {}, 'unknown'],
    ['its person’s e-mail', { outcomes: 1 }, 'consumed'],
    ['the dead-letter queue, whatever else', { seenAgain: 'dlq', outcomes: 1 }, 'came-back'],
    ['the e-mail of one of three messages', { messages: 3, outcomes: 1, wasQuiet: true }, 'unknown'],
    ['the e-mails of some of several people', { messages: 3, outcomes: 2 }, 'unknown'],
    [
      'fewer deletes than messages',
      { messages: 3, wasQuiet: true, flow: { sent: 3, deleted: 2, others: 2 } },
      'unknown',
    ],
    [
      'as many deletes as messages',
      { messages: 3, wasQuiet: true, flow: { sent: 3, deleted: 3, others: 3 } },
      'consumed',
    ],
    ['no delete by others', { wasQuiet: true, flow: { sent: 1, deleted: 1, others: 0 } }, 'unknown'],
    ['a delete after a time without any', { wasQuiet: true, flow: { sent: 1, deleted: 2, others: 1 } }, 'consumed'],
    ['deletes on a busy queue alone', { backlog: 5, flow: { sent: 9, deleted: 3, others: 3 } }, 'unknown'],
    ['deletes, and it is in neither queue', { isNowhere: true, flow: { sent: 9, deleted: 3, others: 3 } }, 'consumed'],
    ['an empty queue without any delete', { isNowhere: true, flow: { sent: 0, deleted: 0, others: 0 } }, 'unknown'],
    ['as many deletes as could be there', { backlog: 2, flow: { sent: 3, deleted: 5, others: 5 } }, 'consumed'],
    [
      'as many deletes, but nobody counted before',
      { backlog: null, flow: { sent: 3, deleted: 5, others: 5 } },
      'unknown',
    ],
  ])('%s', (_what, known, fate) => {
    expect(judgeCanary({ ...NOTHING, ...known }).fate).toBe(fate)
  })

  test.each<[string, Partial<CanaryEvidence>, number, RegExp]>([
    ['none', {}, 0, /^Nothing has shown yet what became of them\./],
    ['some by e-mails', { outcomes: 2 }, 2, /^Of 4 messages 2 are known to be processed, by the e-mail/],
    [
      'more by deletes',
      { outcomes: 1, flow: { sent: 4, deleted: 3, others: 3 } },
      3,
      /^Of 4 messages 3 .* by the deletes that SQS/,
    ],
    ['all', { outcomes: 4 }, 4, /^The e-mails of all 4 people/],
    ['all by deletes', { wasQuiet: true, flow: { sent: 4, deleted: 4, others: 4 } }, 4, /^SQS counted 4 deletes/],
    ['never one that came back', { seenAgain: 'dlq', outcomes: 4 }, 3, /one was seen again/],
  ])('of several counts as proven what its evidence says: %s', (_what, known, consumed, evidence) => {
    const judged = judgeCanary({ ...NOTHING, messages: 4, ...known })
    expect(judged.consumed).toBe(consumed)
    expect(judged.evidence).toMatch(evidence)
  })
})

describe('what a run proves', () => {
  const RUN: RunEvidence = { sent: 500, cameBack: 20, first: 0, byOutcome: 0, flow: null, backlog: 0, isNowhere: false }

  test.each<[string, Partial<RunEvidence>, { consumed: number; unknown: number }]>([
    ['nothing without counts', {}, { consumed: 0, unknown: 480 }],
    ['what let the rest follow is proven', { first: 3, byOutcome: 1 }, { consumed: 3, unknown: 477 }],
    ['people alone', { byOutcome: 100 }, { consumed: 100, unknown: 380 }],
    [
      'what SQS may still hold counts as ours',
      { flow: { sent: 500, deleted: 470, others: 470 } },
      { consumed: 470, unknown: 10 },
    ],
    [
      'never more than others deleted',
      { flow: { sent: 500, deleted: 500, others: 30 } },
      { consumed: 30, unknown: 450 },
    ],
    ['never more than was sent', { flow: { sent: 900, deleted: 2000, others: 2000 } }, { consumed: 480, unknown: 0 }],
    [
      'more people than deletes',
      { byOutcome: 475, flow: { sent: 500, deleted: 470, others: 470 } },
      { consumed: 475, unknown: 5 },
    ],
    [
      'all gone from both queues',
      { isNowhere: true, flow: { sent: 500, deleted: 0, others: 480 } },
      { consumed: 480, unknown: 0 },
    ],
  ])('%s', (_what, known, wanted) => {
    expect(proveRun({ ...RUN, ...known })).toEqual({ cameBack: 20, ...wanted })
  })
})

describe('deletes by others', () => {
  const MINUTE = 60_000
  const own = new Map([[0, 5]])

  test.each([
    ['own deletes of the minute are taken off', { atMs: 0, deleted: 7 }, null, 2],
    ['own deletes that SQS counted in the next minute too', { atMs: MINUTE, deleted: 5 }, 0, 0],
    ['what the minute before has used up is not taken off again', { atMs: MINUTE, deleted: 5 }, 5, 5],
    ['never less than none', { atMs: 0, deleted: 1 }, null, 0],
  ])('%s', (_what, minute, before, wanted) => {
    expect(othersDeleted(minute, own, before)).toBe(wanted)
  })

  test('deletes of the first minute are set against nothing unless there were none before', () => {
    const minutes = [
      { atMs: 0, sent: 3, deleted: 4 },
      { atMs: MINUTE, sent: 1, deleted: 2 },
    ]
    const firstMs = 30_000
    expect(sumFlow(minutes, own, { firstMs, wasQuiet: false })).toEqual({ sent: 4, deleted: 2, others: 1 })
    expect(sumFlow(minutes, own, { firstMs, wasQuiet: true })).toEqual({ sent: 4, deleted: 6, others: 1 })
    expect(sumFlow(minutes, own, { firstMs: 2 * MINUTE, wasQuiet: true })).toBeNull()
    expect(minuteOf(119_999)).toBe(MINUTE)
  })
})

describe('the states of a redrive', () => {
  test('nothing leads out of its end, and nothing moves before the start', () => {
    expect(nextRedriveState('done', 'start')).toBeNull()
    expect(nextRedriveState('stopped', 'start')).toBeNull()
    expect(nextRedriveState('planned', 'canary-moved')).toBeNull()
    expect(REDRIVE_STATES.filter((state) => nextRedriveState(state, 'canary-consumed') !== null)).toEqual(['waiting'])
  })

  test('a resumed one goes on where its first message stands', () => {
    expect(resumedState({ isMoved: false, fate: 'unknown' })).toBe('canary')
    expect(resumedState({ isMoved: true, fate: 'unknown' })).toBe('waiting')
    expect(resumedState({ isMoved: true, fate: 'consumed' })).toBe('running')
  })

  test('names are read back in any case and nothing else is', () => {
    expect(redriveNumber(redriveName(12))).toBe(12)
    expect([redriveNumber('r-7'), redriveNumber('R-0'), redriveNumber('INC-7'), redriveNumber('R-1e3')]).toEqual([
      7,
      null,
      null,
      null,
    ])
  })
})
