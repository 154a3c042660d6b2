import { expect, test } from 'vitest'
import { beatAfter, isDue, type BeatRule, type BeatSubject } from './queue-beats.ts'

const MINUTE = 60_000
const RULE: BeatRule = { everySeconds: 30, quietSeconds: 300, throttledPolls: 0 }
const SOURCE: BeatSubject = { isDlq: false, isWatched: false, before: null }
const quietFor = (minutes: number, given: Partial<BeatSubject> = {}) =>
  beatAfter({ ...SOURCE, ...given, before: { everySeconds: 30, askedMs: 0, quietSinceMs: 0 } }, RULE, {
    atMs: minutes * MINUTE,
    isQuiet: true,
  })

test('a queue in which nothing is for long is read less often, and never less often than the setting says', () => {
  expect([1, 19, 20, 40, 80, 600].map((minutes) => quietFor(minutes).everySeconds)).toEqual([30, 30, 60, 120, 240, 300])
  expect(quietFor(600).quietSinceMs).toBe(0)
})

test('a dead-letter queue is read each minute at the latest, whatever the settings say', () => {
  expect(quietFor(600, { isDlq: true }).everySeconds).toBe(60)
  const slow = { ...RULE, everySeconds: 900, quietSeconds: 3_600, throttledPolls: 3 }
  const beat = beatAfter({ ...SOURCE, isDlq: true }, slow, { atMs: 0, isQuiet: true })
  expect(beat.everySeconds).toBe(60)
  expect(isDue({ ...SOURCE, isDlq: true, before: beat }, slow, MINUTE)).toBe(true)
  // Read slowly while it was not known as one: its next reading does not wait for that beat.
  expect(isDue({ ...SOURCE, isDlq: true, before: { ...beat, everySeconds: 900 } }, slow, MINUTE)).toBe(true)
})

test('a queue of the flow keeps its beat however quiet it is', () => {
  expect(quietFor(600, { isWatched: true }).everySeconds).toBe(30)
})

test('the first message brings the beat back at once', () => {
  const before = { everySeconds: 300, askedMs: 600 * MINUTE, quietSinceMs: 0 }
  const after = beatAfter({ ...SOURCE, before }, RULE, { atMs: 605 * MINUTE, isQuiet: false })
  expect(after).toEqual({ everySeconds: 30, askedMs: 605 * MINUTE, quietSinceMs: null })
})

test('a reading that failed is no evidence of quiet', () => {
  const before = { everySeconds: 300, askedMs: 600 * MINUTE, quietSinceMs: 0 }
  expect(beatAfter({ ...SOURCE, before }, RULE, { atMs: 1, isQuiet: null })).toMatchObject({
    everySeconds: 30,
    quietSinceMs: null,
  })
})

test('a queue is due once its beat has passed, and one that was never asked at once', () => {
  expect(isDue(SOURCE, RULE, 0)).toBe(true)
  const before = { everySeconds: 240, askedMs: 0, quietSinceMs: 0 }
  expect(isDue({ ...SOURCE, before }, RULE, 210_000)).toBe(false)
  expect(isDue({ ...SOURCE, before }, RULE, 238_000)).toBe(true)
})

test('while SQS throttles source queues wait longer, dead-letter queues do not', () => {
  const before = { everySeconds: 30, askedMs: 0, quietSinceMs: null }
  const throttled = { ...RULE, throttledPolls: 2 }
  expect(isDue({ ...SOURCE, before }, throttled, 60_000)).toBe(false)
  expect(isDue({ ...SOURCE, before }, throttled, 120_000)).toBe(true)
  expect(isDue({ ...SOURCE, isDlq: true, before }, throttled, 30_000)).toBe(true)
})
