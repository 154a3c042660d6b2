import { array, assert, constantFrom, double, integer, oneof, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALARM_SCORE, NEW_METRIC, scorePoint, type Band, type MetricPoint, type MetricState } from './metric-scorer.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const EVERY_MS = 5 * MINUTE_MS
/** A Monday, 00:00 UTC. */
const START_MS = Date.UTC(2026, 0, 5)

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

/** A count of things that come at random, `mean` on average (Knuth). */
function countOf(mean: number, next: () => number): number {
  let count = 0
  for (let left = Math.exp(-mean), product = next(); product > left; product *= next()) count += 1
  return count
}

/** Things in five minutes: many in office hours on working days, few else. */
function officeRate(atMs: number): number {
  const at = new Date(atMs)
  const hours = at.getUTCHours() + at.getUTCMinutes() / 60
  const isWeekend = at.getUTCDay() === 0 || at.getUTCDay() === 6
  return 1 + (isWeekend ? 3 : 40) * Math.exp(-(((hours - 13) / 4) ** 2))
}

const noise = (next: () => number): number => 40 + (next() + next() + next()) * 4

/** A batch at two every night. */
const batch = (atMs: number): number => (Math.floor((atMs % DAY_MS) / (15 * MINUTE_MS)) === 8 ? 500 : 0)

/** Points of `days` days from `fromMs` on. */
function series(days: number, valueAt: (atMs: number) => number, fromMs = START_MS): MetricPoint[] {
  const count = Math.round((days * DAY_MS) / EVERY_MS)
  return Array.from({ length: count }, (_, index) => {
    const atMs = fromMs + index * EVERY_MS
    return { atMs, value: valueAt(atMs) }
  })
}

interface Run {
  readonly state: MetricState
  readonly scores: readonly number[]
  readonly bands: readonly (Band | null)[]
  /** Moments of alarms. */
  readonly alarms: readonly number[]
}

function run(points: readonly MetricPoint[], from: MetricState = NEW_METRIC): Run {
  let state = from
  const scores: number[] = []
  const bands: (Band | null)[] = []
  for (const point of points) {
    const scored = scorePoint(state, point)
    state = scored.state
    scores.push(scored.score)
    bands.push(scored.band)
  }
  const alarms = points.filter((_, index) => (scores[index] ?? 0) >= ALARM_SCORE).map(({ atMs }) => atMs)
  return { state, scores, bands, alarms }
}

/** A week of a gauge that only rustles. */
function learnNoise(seed: number): Run {
  const next = random(seed)
  return run(series(7, () => noise(next)))
}

function office(days: number, seed: number): Run {
  const next = random(seed)
  return run(series(days, (atMs) => countOf(officeRate(atMs), next)))
}

const numbersOf = (value: unknown): number[] =>
  typeof value === 'number'
    ? [value]
    : value !== null && typeof value === 'object'
      ? Object.values(value).flatMap(numbersOf)
      : []

const MONDAY_11_MS = START_MS + 28 * DAY_MS + 11 * HOUR_MS

describe('a gauge', () => {
  test.each([1, 2, 3, 4])('that leaves its level is told within half an hour (seed %i)', (seed) => {
    const { state } = learnNoise(seed)
    const next = random(seed + 100)
    const after = run(
      series(0.25, () => noise(next) + 12, START_MS + 7 * DAY_MS),
      state,
    )
    expect((after.alarms[0] ?? Infinity) - START_MS - 7 * DAY_MS).toBeLessThanOrEqual(30 * MINUTE_MS)
  })

  test('that stays at its level gives about one alarm a week or fewer once it is known', () => {
    const alarms = [1, 2, 3, 4, 5, 6].flatMap((seed) => {
      const next = random(seed + 200)
      return run(
        series(14, () => noise(next), START_MS + 7 * DAY_MS),
        learnNoise(seed).state,
      ).alarms
    })
    expect(alarms.length / 12).toBeLessThanOrEqual(1.5)
  })

  test('raises one alarm for a fault that lasts, not one for each point', () => {
    const { state } = learnNoise(7)
    const next = random(300)
    const after = run(
      series(0.3, () => noise(next) + 200, START_MS + 7 * DAY_MS),
      state,
    )
    expect(after.alarms.length).toBeGreaterThanOrEqual(1)
    expect(after.alarms.length).toBeLessThanOrEqual(3)
  })
})

describe('counts with days and weeks', () => {
  test.each([1, 2, 3])(
    'that stop in office hours are told at once, though none is usual at night (seed %i)',
    (seed) => {
      const { state } = office(28, seed)
      const untilEleven = run(
        series(11 / 24, (atMs) => Math.round(officeRate(atMs)), START_MS + 28 * DAY_MS),
        state,
      )
      const stopped = run(
        series(1 / 24, () => 0, MONDAY_11_MS),
        untilEleven.state,
      )
      expect(untilEleven.alarms).toEqual([])
      expect((stopped.alarms[0] ?? Infinity) - MONDAY_11_MS).toBeLessThanOrEqual(15 * MINUTE_MS)
    },
  )

  test('are expected by the hour of the week: a quiet Sunday and a busy Monday', () => {
    const { state } = office(56, 4)
    const at = (day: number): Band | null =>
      scorePoint(state, { atMs: START_MS + (56 + day) * DAY_MS + 13 * HOUR_MS, value: 20 }).band
    const [monday, sunday] = [at(0), at(6)]
    expect(monday?.usual).toBeGreaterThan(25)
    expect(sunday?.usual).toBeLessThan(20)
    expect(sunday?.low).toBeGreaterThanOrEqual(0)
  })

  test('lie within the band about 97 times of a hundred', () => {
    const next = random(5)
    const points = series(42, (atMs) => countOf(officeRate(atMs), next))
    const { bands } = run(points)
    const known = points.slice(8000).map(({ value }, index) => ({ value, band: bands[8000 + index] ?? null }))
    const inside = known.filter(({ value, band }) => band !== null && value >= band.low && value <= band.high)
    expect(inside.length / known.length).toBeGreaterThan(0.94)
    expect(inside.length / known.length).toBeLessThan(0.99)
  })

  test('what comes every night at two is no news after some nights', () => {
    const next = random(6)
    const { alarms } = run(series(28, (atMs) => countOf(officeRate(atMs), next) + batch(atMs)))
    const atTwo = alarms.filter((atMs) => atMs >= START_MS + 10 * DAY_MS && batch(atMs) > 0)
    expect(atTwo).toEqual([])
  })

  test('that pause for five days without a point go on where they were', () => {
    const { state } = office(28, 8)
    const next = random(9)
    const after = run(
      series(1, (atMs) => countOf(officeRate(atMs), next), START_MS + 35 * DAY_MS),
      state,
    )
    expect(after.alarms.length).toBeLessThanOrEqual(1)
  })
})

describe('small counts', () => {
  const quiet = run(series(14, () => 0)).state
  const atMs = START_MS + 14 * DAY_MS

  test.each([1, 2, 3, 4])('%i where none was ever seen is no alarm', (value) => {
    expect(scorePoint(quiet, { atMs, value }).score).toBeLessThan(ALARM_SCORE)
  })

  test('forty-two where none was ever seen is one at once', () => {
    expect(scorePoint(quiet, { atMs, value: 42 }).score).toBeGreaterThanOrEqual(ALARM_SCORE)
  })

  test('that come one by one, forty a week, give fewer than one alarm in two weeks', () => {
    const alarms = [1, 2, 3, 4, 5, 6].flatMap((seed) => {
      const next = random(seed)
      return run(series(56, () => countOf(0.02, next))).alarms
    })
    expect(alarms.length / (6 * 8)).toBeLessThan(0.5)
  })
})

describe('the state', () => {
  test('goes through JSON at any moment without a change of scores', () => {
    const next = random(11)
    const points = series(12, (atMs) => countOf(officeRate(atMs), next) + next())
    const whole = run(points)
    const first = run(points.slice(0, 1777))
    // Plain JSON in, the same plain JSON out: the test is that nothing is lost between.
    const stored = JSON.parse(JSON.stringify(first.state)) as MetricState
    const rest = run(points.slice(1777), stored)
    expect([...first.scores, ...rest.scores]).toEqual(whole.scores)
    expect(rest.state).toEqual(whole.state)
  })

  test('stays small', () => {
    const next = random(12)
    const { state } = run(series(60, () => next() * 1000))
    expect(JSON.stringify(state).length).toBeLessThan(40_000)
  })

  test('that is given is never changed', () => {
    const { state } = office(10, 13)
    const before = JSON.stringify(state)
    run(
      series(2, () => 7, START_MS + 10 * DAY_MS),
      state,
    )
    expect(JSON.stringify(state)).toBe(before)
  })

  test('stays as it is when a value is missing', () => {
    const { state } = office(3, 14)
    expect(scorePoint(state, { atMs: START_MS + 3 * DAY_MS, value: Number.NaN })).toEqual({
      state,
      score: 0,
      band: null,
    })
  })

  test('and the score stay sound whatever numbers come, however far apart', () => {
    const point = record({
      value: oneof(double({ noNaN: true }), integer(), constantFrom(0, -0, 1e308, -1e308, 5e-324)),
      stepMs: oneof(integer({ min: 0, max: 600_000 }), integer({ min: -1_000_000_000, max: 1_000_000_000_000 })),
    })
    assert(
      property(array(point, { minLength: 1, maxLength: 400 }), (steps) => {
        let atMs = START_MS
        const points = steps.map(({ value, stepMs }) => ({ atMs: (atMs += stepMs), value }))
        const { scores, state } = run(points)
        expect(scores.every((score) => score >= 0 && score < 1)).toBe(true)
        // JSON has no word for what is not a finite number.
        expect(numbersOf(state).every(Number.isFinite)).toBe(true)
      }),
      { numRuns: 60, seed: 15 },
    )
  })
})
