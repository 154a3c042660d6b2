import { beforeAll, describe, expect, test } from 'vitest'
import type { DetectEvent } from './define-detector.ts'
import { emailSilence } from './email-silence.ts'
import { runDetectors, type SubjectState, type Verdict } from './run-detectors.ts'
import { NO_SEGMENTS } from './segments.ts'
import { ENGLISH_TRAINEES, localMoment } from './working-calendar.ts'

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 24 * HOUR

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

/** E-mails an hour of people who work from eight to six and hardly at weekends, and a batch of forty at nine. */
function perHour(atMs: number): number {
  const { weekday, hour, minute } = localMoment(atMs, ENGLISH_TRAINEES)
  const isWorking = weekday > 0 && weekday < 6
  if (isWorking && hour === 9 && minute < 5) return 480
  return hour >= 8 && hour < 18 ? (isWorking ? 24 : 4) : 1.5
}

interface Stretch {
  readonly from: string
  readonly days: number
  /** Leaves out the e-mails for which it is true. */
  readonly without?: (atMs: number, profile: 'new' | 'existing') => boolean
  /** Moves arrivals. */
  readonly seenMs?: (atMs: number) => number
}

let ids = 0

function mail(atMs: number, seenMs: number, profile: 'new' | 'existing', isBackfill = false): DetectEvent {
  ids += 1
  const fate = { status: 'delivered', reason: 'none', before: null, dueMs: null, sentMs: null } as const
  const segments = { ...NO_SEGMENTS, profile }
  return { kind: 'outcome', atMs, seenMs, notificationId: `n${ids}`, ...fate, isOnboarding: true, segments, isBackfill }
}

/** E-mails and a tick a minute, in order of arrival. */
function traffic({ from, days, without, seenMs = (atMs) => atMs + 2000 }: Stretch, seed = 1): DetectEvent[] {
  const next = random(seed)
  const startMs = Date.parse(from)
  const arrivals: { readonly seenMs: number; readonly event: DetectEvent }[] = []
  for (let atMs = startMs; atMs < startMs + days * DAY; atMs += MINUTE) {
    const expected = perHour(atMs) / 60
    for (let chance = expected; chance > 0; chance -= 1) {
      if (next() >= chance) continue
      const moment = atMs + Math.floor(next() * MINUTE)
      const profile = next() < 0.25 ? 'new' : 'existing'
      if (without?.(moment, profile) !== true)
        arrivals.push({ seenMs: seenMs(moment), event: mail(moment, seenMs(moment), profile) })
    }
    arrivals.push({ seenMs: atMs, event: { kind: 'tick', atMs } })
  }
  return arrivals.toSorted((a, b) => a.seenMs - b.seenMs).map(({ event }) => event)
}

function run(events: readonly DetectEvent[], known: readonly SubjectState[] = []) {
  const { verdicts, states } = runDetectors([emailSilence], events, known)
  return { states, found: verdicts.filter(({ finding }) => finding !== null), verdicts }
}

const seenOf = (event: DetectEvent): number => (event.kind === 'outcome' ? event.seenMs : event.atMs)

const titles = (found: readonly Verdict[]): (string | undefined)[] => found.map(({ finding }) => finding?.title)

describe('silence of onboarding e-mails', () => {
  // Five weeks up to Monday 8 June 2026, 00:00 in London; the spring bank holiday is in them.
  let learned: readonly SubjectState[] = []
  let quiet: readonly Verdict[] = []
  beforeAll(() => {
    const five = run(traffic({ from: '2026-05-03T23:00:00Z', days: 35 }))
    learned = five.states
    quiet = five.found
  })
  const tuesday = Date.parse('2026-06-09T10:00:00Z')
  const week = '2026-06-07T23:00:00Z'
  const isOn = (event: DetectEvent): boolean => event.atMs < tuesday || event.atMs >= tuesday + 5 * HOUR

  test('is not found in ordinary weeks with nights, weekends, a batch and a bank holiday', () => {
    expect(titles(quiet)).toEqual([])
  })

  test('of working hours is said within 75 minutes, with its beginning, and ends at the next e-mail', () => {
    const isOff = (atMs: number): boolean => atMs >= tuesday && atMs < tuesday + 3 * HOUR
    const { found, verdicts } = run(traffic({ from: week, days: 2, without: isOff }), learned)
    expect(found[0]?.atMs).toBeLessThan(tuesday + 75 * MINUTE)
    expect(found[0]?.finding?.title).toMatch(/^Onboarding e-mails have stopped: none came where about \d+ are usual$/)
    expect(found[0]?.finding?.sinceMs).toBeGreaterThan(tuesday - 20 * MINUTE)
    const end = verdicts.find(({ finding, atMs }) => finding === null && atMs > tuesday + 75 * MINUTE)
    expect(end?.atMs).toBeLessThan(tuesday + 3 * HOUR + 20 * MINUTE)
  })

  test('of new trainees alone is said of them', () => {
    const isOff = (atMs: number, profile: string): boolean => atMs >= tuesday && profile === 'new'
    const { found } = run(traffic({ from: week, days: 2, without: isOff }), learned)
    expect(found[0]?.finding?.title).toMatch(/^Onboarding e-mails to new trainees have stopped/)
    expect(found[0]?.atMs).toBeLessThan(tuesday + 4 * HOUR)
  })

  test('is not found before two weeks are known', () => {
    const twelve = traffic({ from: week, days: 12, without: (atMs) => atMs >= tuesday + 7 * DAY })
    expect(titles(run(twelve).found)).toEqual([])
  })

  test('is not found where Spillway itself was off, nor while the source does not answer', () => {
    const events = traffic({ from: week, days: 2 })
    expect(titles(run(events.filter(isOn), learned).found)).toEqual([])
    const source = {
      kind: 'source',
      source: 'email-outcomes',
      title: 'E-mails',
      reason: null,
      everySeconds: 20,
    } as const
    const told = events.flatMap((event): DetectEvent[] => {
      if (event.kind !== 'tick') return isOn(event) ? [event] : []
      const failingSinceMs = isOn(event) ? null : tuesday
      return [{ ...source, atMs: event.atMs, isOk: failingSinceMs === null, failingSinceMs }, event]
    })
    expect(titles(run(told, learned).found)).toEqual([])
  })

  test('a crowd that was held back is said when it comes, once, also before habits are known', () => {
    const heldTo = tuesday + 2 * HOUR
    const seenMs = (atMs: number): number => (atMs >= tuesday && atMs < heldTo ? heldTo : atMs) + 2000
    const { verdicts } = run(traffic({ from: week, days: 2, seenMs }))
    const opened = verdicts.filter(({ finding }, index) => finding !== null && verdicts[index - 1]?.finding === null)
    expect(titles(opened)).toEqual([expect.stringMatching(/came late, all at once: they were held back$/)])
    expect(opened[0]?.atMs).toBeGreaterThanOrEqual(tuesday)
  })

  test('stays unfound over the change of the clock and over a cohort', () => {
    const { found } = run(traffic({ from: '2026-09-20T23:00:00Z', days: 50 }, 4))
    expect(titles(found)).toEqual([])
  })

  test('its state is plain JSON of less than 60 kB, which ticks in between leave alone', () => {
    const atMs = Date.parse('2026-06-07T23:01:00Z')
    const [known] = run([mail(atMs, atMs, 'new')], learned).states
    expect(JSON.stringify(known?.state).length).toBeLessThan(60_000)
    expect(JSON.parse(JSON.stringify(known?.state))).toEqual(known?.state)
    const ticked = run([{ kind: 'tick', atMs: atMs + 5 * MINUTE }], known === undefined ? [] : [known])
    expect(ticked.states[0]?.state).toBe(known?.state)
    expect(run([{ kind: 'tick', atMs: atMs + 10 * MINUTE }], ticked.states).states[0]?.state).not.toBe(known?.state)
  })

  test('is neither invented nor hidden by an e-mail that is dated ten years ahead, or fifty back', () => {
    const far = [mail(tuesday + 3650 * DAY, tuesday - 6 * HOUR, 'new'), mail(0, tuesday - 5 * HOUR, 'new')]
    const isOff = (atMs: number): boolean => atMs >= tuesday
    const events = [...traffic({ from: week, days: 2, without: isOff }), ...far]
    const { found } = run(
      events.toSorted((a, b) => seenOf(a) - seenOf(b)),
      learned,
    )
    expect(found[0]?.atMs).toBeGreaterThan(tuesday)
    expect(found[0]?.atMs).toBeLessThan(tuesday + 75 * MINUTE)
    const history = run([mail(0, 0, 'new', true), ...traffic({ from: week, days: 1 })])
    expect(titles(history.found)).toEqual([])
  })

  test('history is learned from and says nothing by itself', () => {
    const history = traffic({ from: '2026-05-03T23:00:00Z', days: 35 }).flatMap((event): DetectEvent[] =>
      event.kind === 'outcome' ? [{ ...event, seenMs: event.atMs, isBackfill: true }] : [],
    )
    const { states, found } = run(history)
    expect(titles(found)).toEqual([])
    const isOff = (atMs: number): boolean => atMs >= tuesday
    const live = run(traffic({ from: week, days: 2, without: isOff }), states)
    expect(live.found[0]?.atMs).toBeLessThan(tuesday + 75 * MINUTE)
  })
})
