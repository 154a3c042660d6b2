import { expect, test } from 'vitest'
import { settingsSchema } from '#lib/config/settings.ts'
import { backtest } from '#lib/detect/backtest.ts'
import type { DetectEvent } from '#lib/detect/define-detector.ts'
import { createEventRecorder } from '#lib/detect/event-recorder.ts'
import { detectors } from '#lib/detect/index.ts'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import type { Reading } from '#lib/domain/reading.ts'
import { parseOutcomeMessage } from '#lib/sources/parse-outcome-message.ts'
import { aQueue } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { readTold, toldText } from '#lib/testing/told-live.ts'
import type { PastEvent } from '#world/past/past-outcomes.ts'
import { createSummer } from '#world/past/summer-2024.ts'
import { QUEUE_NAMES } from '#world/queues.ts'
import { applyReadings } from './apply-readings.ts'

const MINUTE = 60_000
const STEP = 10 * MINUTE
const FROM = Date.parse('2024-08-13T00:00:00Z')
const TO = Date.parse('2024-08-14T00:00:00Z')
const at = (clock: string): number => Date.parse(`2024-08-13T${clock}:00Z`)
const isWithin = (atMs: number, from: string, to: string): boolean => atMs >= at(from) && atMs < at(to)

const DLQ = 'orders-dlq'
const settings = settingsSchema.parse({ flow: [{ queue: QUEUE_NAMES.profileCreated, label: 'profile-created' }] })

/** Everybody loses their address for three quarters of an hour. */
function outcomeOf({ atMs, event }: PastEvent): OutcomeEvent {
  const isHit = isWithin(atMs, '13:00', '13:45') && event.status === 'SENT'
  const told = isHit ? { ...event, status: 'FAILED', statusDetail: 'No email address available.' } : event
  const message = {
    messageId: `${event.id} ${atMs}`,
    body: JSON.stringify(told),
    sequence: null,
    sentTimestampMs: atMs,
  }
  const types = ['PROGRAMME_CREATED', 'PROGRAMME_DAY_ONE']
  const parsed = parseOutcomeMessage(message, {
    sentMeans: 'delivered',
    onboardingTypes: types,
    observedAtMs: atMs + 700,
  })
  if (parsed.kind !== 'event') throw new Error(parsed.unreadable.reason)
  return parsed.event
}

describeStores('a recorded day on an injected clock', ({ db }) => {
  test('is told live, in many transactions, byte for byte as a backtest tells it, event by event', async () => {
    const summer = createSummer(7)
    const recorder = createEventRecorder()
    const all = [recorder.detector, ...detectors]
    const apply = (atMs: number, readings: readonly Reading[], alsoDetect: readonly DetectEvent[] = []) =>
      db().transaction((tx) =>
        applyReadings(tx, readings, { source: 'sqs', atMs, settings, secret: undefined, alsoDetect, detectors: all }),
      )
    const outcomes = (fromMs: number, toMs: number): OutcomeEvent[] =>
      summer.mails.filter((mail) => mail.atMs >= fromMs && mail.atMs < toMs).map(outcomeOf)
    const dlq = aQueue({ name: DLQ })
    const inventory = [aQueue({ name: 'orders', dlqArn: dlq.arn }), dlq]
    await apply(FROM, [{ kind: 'queues', atMs: FROM, queues: inventory, isComplete: true }])
    await apply(FROM, [{ kind: 'outcomes', events: outcomes(0, FROM), isBackfill: true }])
    for (let endMs = FROM + STEP; endMs <= TO; endMs += STEP) {
      const isBlind = isWithin(endMs, '16:00', '16:40')
      const events = isBlind ? [] : outcomes(isWithin(endMs, '16:40', '16:50') ? at('15:50') : endMs - STEP, endMs)
      // Now one by one, now all at once.
      const size = endMs % (3 * STEP) === 0 ? 1 : events.length
      for (let start = 0; start < events.length; start += size)
        await apply(endMs, [{ kind: 'outcomes', events: events.slice(start, start + size), isBackfill: false }])
      const flows = summer.flows.filter(({ atMs }) => atMs >= endMs - 2 * STEP && atMs < endMs - 2 * MINUTE)
      const waiting = isWithin(endMs, '11:00', '12:00') ? 3 + ((endMs / STEP) % 3) : 0
      const depths = [{ queue: DLQ, atMs: endMs, visible: waiting, inFlight: 0, delayed: 0 }]
      await apply(endMs, [
        { kind: 'flows', flows, isBackfill: false },
        { kind: 'depths', depths },
      ])
      const source = {
        kind: 'source',
        atMs: endMs,
        source: 'email-outcomes',
        title: 'E-mail outcomes',
        everySeconds: 0,
      } as const
      const seen = isBlind
        ? { ...source, isOk: false, failingSinceMs: at('15:50'), reason: 'network' }
        : { ...source, isOk: true, failingSinceMs: null, reason: null }
      await apply(endMs, [], [seen, { kind: 'tick', atMs: endMs }])
    }
    const again = backtest(detectors, recorder.list())
    expect(toldText(again.findings, again.states)).toBe(await readTold(db(), recorder.detector.id))
    expect(new Set(again.findings.map(({ detector }) => detector))).toEqual(
      new Set(['flow-parity', 'dlq-not-empty', 'email-failed-spike', 'source-silent']),
    )
  })
})
