import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { backtest } from '#lib/detect/backtest.ts'
import type { DetectEvent } from '#lib/detect/define-detector.ts'
import { createEventRecorder } from '#lib/detect/event-recorder.ts'
import { detectors } from '#lib/detect/index.ts'
import type { Reading } from '#lib/domain/reading.ts'
import { sources } from '#lib/sources/index.ts'
import type { OutcomeParsing } from '#lib/sources/outcome-message.ts'
import { parseOutcomeMessage } from '#lib/sources/parse-outcome-message.ts'
import { openDb } from '#lib/store/db.ts'
import { runClockFast } from '#lib/testing/fast-clock.ts'
import { readTold, toldText } from '#lib/testing/told-live.ts'
import type { FaultId } from '#world/faults.ts'
import { startWorld } from '#world/world.ts'
import { createPastOutcomes } from '#world/past/past-outcomes.ts'
import { applyReadings } from './apply-readings.ts'
import { createChangeLog } from './change-log.ts'
import { isPolled } from './collect-context.ts'
import type { CollectContext } from './collect-context.ts'
import { runSourceLoop } from './source-loop.ts'
import { runTicks } from './tick.ts'

/** Ten minutes before an hour of a Tuesday morning. */
const START_MS = Date.parse('2026-11-24T10:50:00Z')
const MINUTE_MS = 60_000
const MINUTES = 20
/** Twenty minutes of everything pass within two. */
const FACTOR = 10

/** What goes wrong, by the minute. */
const FAULTS: readonly { readonly minute: number; readonly id: FaultId; readonly isOn: boolean }[] = [
  { minute: 2, id: 'consumer-upgraded', isOn: true },
  { minute: 4, id: 'sentry-down', isOn: true },
  { minute: 6, id: 'bounce-storm', isOn: true },
  { minute: 7, id: 'sentry-down', isOn: false },
  { minute: 9, id: 'no-dlq', isOn: false },
  { minute: 11, id: 'aws-down', isOn: true },
  { minute: 12, id: 'aws-down', isOn: false },
  { minute: 14, id: 'bounce-storm', isOn: false },
  { minute: 15, id: 'consumer-upgraded', isOn: false },
]

/** Ninety healthy days, as an import tells them. */
function history(): Reading {
  const parsing: OutcomeParsing = {
    sentMeans: 'delivered',
    onboardingTypes: ['PROGRAMME_CREATED'],
    observedAtMs: START_MS,
  }
  const events = createPastOutcomes(42, START_MS).flatMap(({ atMs, event }, line) => {
    const message = { messageId: `line ${line}`, body: JSON.stringify(event), sequence: null, sentTimestampMs: atMs }
    const parsed = parseOutcomeMessage(message, parsing)
    return parsed.kind === 'event' ? [parsed.event] : []
  })
  return { kind: 'outcomes', events, isBackfill: true }
}

const isFailure = (event: DetectEvent): boolean => event.kind === 'source' && !event.isOk

/**
 * The sandbox at its usual speed, with real servers on real sockets, the loops that read sources and the ticks, each in its own transaction
 * on a real store, while clock and timers of this process run ten times as fast. Not in it: a second process, telling people, jobs at night.
 */
test('what was found live over twenty minutes of full traffic is byte for byte what a backtest finds in the same events', async () => {
  const db = await openDb({ dataDir: 'memory://' })
  const recorder = createEventRecorder()
  const all = [recorder.detector, ...detectors]
  const stopClock = runClockFast(START_MS, FACTOR)
  const world = await startWorld({ speed: 4, queues: 8, past: false })
  for (const [name, value] of Object.entries(world.env)) vi.stubEnv(name, value)
  const stopping = new AbortController()
  const running: Promise<void>[] = []
  try {
    const log = pino({ level: 'silent' })
    const context: CollectContext = {
      sources,
      detectors: all,
      notifiers: [],
      env: readEnv(world.env).env,
      settings: settingsSchema.parse(world.settings),
      withStore: (work) => work(db),
      publish: () => {},
      log,
      changes: createChangeLog(log),
      holder: 'live',
      nowMs: () => Date.now(),
    }
    const { env, settings } = context
    const given = { source: 'email-outcomes', atMs: START_MS, settings, secret: env.SPILLWAY_SECRET, detectors: all }
    await db.transaction((tx) => applyReadings(tx, [history()], given))
    const polled = sources.filter((source) => isPolled(source, context))
    running.push(...polled.map((source) => runSourceLoop(source, context, stopping.signal)))
    running.push(runTicks(context, stopping.signal))
    for (const { minute, id, isOn } of FAULTS) {
      await vi.waitUntil(() => Date.now() >= START_MS + minute * MINUTE_MS, { timeout: 600_000, interval: 200 })
      await world.faults.set(id, isOn)
    }
    await vi.waitUntil(() => Date.now() >= START_MS + MINUTES * MINUTE_MS, { timeout: 600_000, interval: 200 })
  } finally {
    stopping.abort()
    await Promise.all(running)
    await world.stop()
    stopClock()
    vi.unstubAllEnvs()
  }

  const live = await readTold(db, recorder.detector.id)
  await db.close()
  const events = recorder.list()
  const again = backtest(detectors, events)
  expect(toldText(again.findings, again.states)).toBe(live)

  // What the twenty minutes held, so that the agreement is not one about nothing.
  const told = events.filter((event) => event.atMs >= START_MS)
  expect(new Set(told.map(({ kind }) => kind))).toEqual(
    new Set(['depth', 'flow', 'outcome', 'errors', 'source', 'tick'] satisfies DetectEvent['kind'][]),
  )
  expect(told.filter(({ kind }) => kind === 'outcome').length).toBeGreaterThan(200)
  expect(told.filter(({ kind }) => kind === 'tick').length).toBeGreaterThan(20)
  expect(told.some(isFailure)).toBe(true)
  const hourMs = START_MS + 10 * MINUTE_MS
  expect(told.some(({ atMs }) => atMs < hourMs) && told.some(({ atMs }) => atMs > hourMs)).toBe(true)
  const found = new Set(again.findings.map(({ detector }) => detector))
  expect([...found]).toEqual(
    expect.arrayContaining(['flow-parity', 'dlq-not-empty', 'email-failed-spike', 'source-silent']),
  )
  expect(again.findings.some(({ closedMs }) => closedMs !== null)).toBe(true)
}, 240_000)
