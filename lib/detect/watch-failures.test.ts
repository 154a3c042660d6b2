import { describe, expect, test } from 'vitest'
import { CALM, usualRateOf, type FailureState } from './failure-state.ts'
import { watchFailures } from './watch-failures.ts'

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const DAY_MS = 86_400_000
/** A hundred e-mails a day at even distances. */
const EVERY_MS = DAY_MS / 100

interface Fed {
  readonly state: FailureState
  readonly alarms: number
  readonly atMs: number
}

interface Feed {
  readonly count: number
  readonly rate: number
  readonly next: () => number
  readonly segments?: readonly string[]
}

const START: Fed = { state: CALM, alarms: 0, atMs: Date.UTC(2026, 0, 5) }

function feed(from: Fed, { count, rate, next, segments = ['all'] }: Feed): Fed {
  let { state, atMs } = from
  let alarms = 0
  for (let index = 0; index < count; index += 1) {
    atMs += EVERY_MS
    const before = state.alarm
    state = watchFailures(state, {
      atMs,
      seenMs: atMs,
      sentMs: null,
      reason: 'no_email_address',
      caution: 1,
      isFailure: next() < rate,
      isNew: true,
      segments,
    })
    if (before === null && state.alarm !== null) alarms += 1
  }
  return { state, alarms, atMs }
}

/** A batch within two minutes; those that bounce are told of one after another once all are sent. */
function batch(size: number, bounced: readonly number[], segments: readonly string[] = ['all']): FailureState {
  const learned = feed(START, { count: 3000, rate: 1 / 80, next: random(2) })
  let { state } = learned
  const told = (index: number, isFailure: boolean) => {
    const sentMs = learned.atMs + (index * 120_000) / size
    const seenMs = isFailure ? learned.atMs + 180_000 + index * 500 : sentMs
    const seen = {
      atMs: seenMs,
      seenMs,
      sentMs,
      reason: 'bounce_transient',
      caution: 1,
      isFailure,
      isNew: !isFailure,
      segments,
    }
    state = watchFailures(state, seen)
  }
  for (let index = 0; index < size; index += 1) told(index, false)
  for (const index of bounced) told(index, true)
  return state
}

const YEARS = 5

describe('failures of one reason', () => {
  test.each([0.001, 0.005, 0.0125, 0.03])(
    'give fewer than one false alarm in two months at a usual rate of %f',
    (rate) => {
      const learned = feed(START, { count: 3000, rate, next: random(1) })
      const { alarms } = feed(learned, { count: YEARS * 36_500, rate, next: random(42) })
      expect(alarms / (YEARS * 12)).toBeLessThan(0.5)
    },
  )

  test.each([
    { rate: 1, within: 4 },
    { rate: 0.9, within: 6 },
    { rate: 0.5, within: 20 },
    { rate: 0.2, within: 75 },
    { rate: 0.08, within: 500 },
  ])(
    'a rate that jumps from 1 in 80 to $rate is noticed within $within e-mails in 19 of 20 cases',
    ({ rate, within }) => {
      const isSeen = Array.from({ length: 60 }, (_, index) => {
        const next = random(index + 1)
        const learned = feed(START, { count: 3000, rate: 1 / 80, next })
        return feed(learned, { count: within, rate, next }).alarms > 0 || learned.state.alarm !== null
      })
      expect(isSeen.filter(Boolean).length).toBeGreaterThanOrEqual(57)
    },
  )

  test('one in a small segment is found sooner there than in all', () => {
    const next = random(5)
    const segments = ['all', 'profile:new']
    const others = ['all', 'profile:existing']
    let fed = START
    for (let index = 0; index < 800; index += 1) {
      fed = feed(fed, { count: 4, rate: 1 / 80, next, segments: others })
      fed = feed(fed, { count: 1, rate: 1 / 80, next, segments })
    }
    expect(fed.state.alarm).toBeNull()
    for (let index = 0; index < 6 && fed.state.alarm === null; index += 1) {
      fed = feed(fed, { count: 4, rate: 0, next, segments: others })
      fed = feed(fed, { count: 1, rate: 1, next, segments })
    }
    expect(fed.state.alarm?.segment).toBe('profile:new')
    expect(fed.state.alarm?.run.failed).toBeLessThan(6)
  })

  test('the usual rate is learned, with a lag, and an incident is no part of it', () => {
    const next = random(7)
    const learned = feed(START, { count: 6000, rate: 0.02, next })
    expect(usualRateOf(learned.state, 'all').rate).toBeGreaterThan(0.012)
    expect(usualRateOf(learned.state, 'all').rate).toBeLessThan(0.028)
    const incident = feed(learned, { count: 400, rate: 0.5, next })
    expect(usualRateOf(incident.state, 'all').rate).toBeLessThan(0.03)
  })

  test('is quiet again after the rate has gone back, and finds the next incident', () => {
    const next = random(3)
    const over = feed(feed(feed(START, { count: 3000, rate: 1 / 80, next }), { count: 200, rate: 0.5, next }), {
      count: 80,
      rate: 0,
      next,
    })
    expect(over.state.alarm).toBeNull()
    expect(feed(over, { count: 5, rate: 1, next }).state.alarm).not.toBeNull()
  })

  describe('that become known after the e-mail was sent', () => {
    test('a few bounces of a large batch are no spike, although they follow each other', () => {
      expect(batch(200, [31, 57, 120, 166]).alarm).toBeNull()
    })

    test('many are, and the count names the batch that they are of', () => {
      const bounced = Array.from({ length: 40 }, (_, index) => index * 5)
      const { alarm } = batch(200, bounced)
      expect(alarm?.run.failed).toBeGreaterThan(2)
      expect(alarm?.run.total).toBeGreaterThan(2 * (alarm?.run.failed ?? 0))
    })

    test('three of three are', () => {
      expect(batch(3, [0, 1, 2]).alarm?.run).toMatchObject({ failed: 3, total: 3 })
    })
  })

  test('an incident that becomes far worse while it is open says so once', () => {
    const next = random(9)
    let fed = feed(feed(START, { count: 4000, rate: 0.005, next }), { count: 200, rate: 0.08, next })
    expect(fed.state.alarm?.worsened).toBe(0)
    fed = feed(fed, { count: 100, rate: 1, next })
    expect(fed.state.alarm?.worsened).toBe(1)
  })

  test('knows no more than 40 segments, however many there are', () => {
    let state = CALM
    for (let index = 0; index < 500; index += 1)
      state = watchFailures(state, {
        atMs: Date.UTC(2026, 0, 5) + index * DAY_MS,
        seenMs: Date.UTC(2026, 0, 5) + index * DAY_MS,
        sentMs: null,
        reason: 'bounce_permanent',
        caution: 1,
        isFailure: true,
        isNew: true,
        segments: ['all', `domain:d${index}.example`],
      })
    expect(Object.keys(state.segments).length).toBeLessThanOrEqual(40)
    expect(Object.keys(state.segments)).toContain('all')
    expect(JSON.stringify(state).length).toBeLessThan(30_000)
  })

  test('survives being stored as JSON at any moment', () => {
    const next = random(11)
    let [straight, stored]: [FailureState, FailureState] = [CALM, CALM]
    for (let index = 0; index < 600; index += 1) {
      const seen = {
        atMs: Date.UTC(2026, 0, 5) + index * EVERY_MS,
        seenMs: Date.UTC(2026, 0, 5) + index * EVERY_MS,
        sentMs: Date.UTC(2026, 0, 5) + (index - 3) * EVERY_MS,
        reason: 'no_email_address',
        caution: 1,
        isFailure: next() < 0.1,
        isNew: index % 3 > 0,
        segments: ['all', `office:${index % 4}`],
      }
      straight = watchFailures(straight, seen)
      stored = watchFailures(JSON.parse(JSON.stringify(stored)) as FailureState, seen)
    }
    expect(stored).toEqual(straight)
  })
})
