import { expect, test } from 'vitest'
import { applyReadings } from '#lib/collect/apply-readings.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import type { DetectEvent } from '#lib/detect/define-detector.ts'
import type { Reading } from '#lib/domain/reading.ts'
import { seriesOf, type Sample } from '#lib/domain/sample.ts'
import { anOutcomeEvent } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { loadBacktest } from './backtest/query.ts'
import type { ViewContext } from './read-view.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NOW = Date.UTC(2026, 5, 10, 12)
const QUEUE = 'profile-created'

const settings = settingsSchema.parse({ flow: [{ queue: QUEUE }] })

/** Minutes in which so many are sent and received again and again, and none deleted; then one delete. */
function leak(fromMs: number, sent: number): Reading[] {
  const minutes = [sent, 0, 0, 0].map((count, index) => {
    const atMs = fromMs + index * MINUTE
    return {
      queue: QUEUE,
      atMs,
      periodSeconds: 60,
      sent: count,
      received: 4 * sent,
      deleted: 0,
      oldestAgeSeconds: null,
    }
  })
  const end = {
    ...minutes[0],
    queue: QUEUE,
    atMs: fromMs + 4 * MINUTE,
    periodSeconds: 60,
    sent: 0,
    received: 1,
    deleted: 1,
  }
  const flows = [...minutes, { ...end, oldestAgeSeconds: null }]
  const samples = flows.flatMap(({ atMs, ...counts }): Sample[] =>
    (['sent', 'received', 'deleted'] as const).map((metric) => {
      return { series: seriesOf.flow(QUEUE, metric), atMs, value: counts[metric] }
    }),
  )
  return [
    { kind: 'samples', samples, isBackfill: false },
    { kind: 'flows', flows: flows.slice(0, -1), isBackfill: false },
    { kind: 'flows', flows: flows.slice(-1), isBackfill: false },
  ]
}

describeStores('a rule that is tried on the past', ({ db }) => {
  const context = () =>
    ({
      viewer: { kind: 'person', role: 'viewer' },
      db: db(),
      tx: db().orm,
      nowMs: NOW,
      timeZone: 'Europe/London',
      settings,
      env: {},
      // A query reads no more of its context than this.
    }) as unknown as ViewContext

  async function apply(
    readings: readonly Reading[],
    atMs = NOW,
    alsoDetect: readonly DetectEvent[] = [],
  ): Promise<void> {
    const given = { source: 'email-outcomes', atMs, settings, secret: undefined, alsoDetect }
    await db().transaction((tx) => applyReadings(tx, readings, given))
  }

  test('fires when it did live, and misses what a stricter one would not have said', async () => {
    for (const reading of leak(NOW - 5 * HOUR, 6)) await apply([reading], NOW - 5 * HOUR)
    const page = await loadBacktest({ rule: 'flow-parity', range: '30d', value: 8 }, context())
    expect(page.present.firings.map(({ title, incident }) => [title, incident])).toEqual([
      ['profile-created: 6 sent, 0 processed', 'INC-1'],
    ])
    expect([page.recorded, page.present.found, page.present.needless]).toEqual([1, 1, 0])
    expect(page.tried).toMatchObject({ value: 8, firings: [], found: 0, missed: [{ name: 'INC-1' }] })
    expect(page.yaml).toBe('detect:\n  flow-parity:\n    leastSent: 8\n')
    expect(page.headline.text).toBe(
      'In the last 30 days this rule would have fired once: 1 of 1 incident found, none needless; with 8 it would not have fired: 0 of 1 incident found.',
    )
  })

  test('says what a laxer one would have added, which no incident confirms', async () => {
    for (const reading of leak(NOW - 5 * HOUR, 4)) await apply([reading], NOW - 5 * HOUR)
    const page = await loadBacktest({ rule: 'flow-parity', range: '7d', value: 4 }, context())
    expect([page.present.firings.length, page.tried?.firings.length, page.tried?.needless]).toEqual([0, 1, 1])
  })

  test('judges e-mails by what was usual before the range, with history learned from and not said', async () => {
    const past = Array.from({ length: 700 }, (_, index) =>
      anOutcomeEvent({ notificationId: `past ${index}`, atMs: NOW - 25 * DAY + index * 30 * MINUTE }),
    )
    const failed = Array.from({ length: 6 }, (_, index) =>
      anOutcomeEvent({ notificationId: `new ${index}`, status: 'failed', atMs: NOW - 3 * HOUR + index * MINUTE }),
    )
    await apply([{ kind: 'outcomes', events: past, isBackfill: true }])
    await apply([{ kind: 'outcomes', events: failed, isBackfill: false }])
    const page = await loadBacktest({ rule: 'email-failed-spike', range: '7d', value: 100 }, context())
    expect(page.present.firings).toHaveLength(1)
    expect(page.present.firings[0]?.title).toMatch(/onboarding e-mails all failed/)
    expect(page.present.found).toBe(1)
    expect(page.tried?.firings[0]?.openedMs ?? Infinity).toBeGreaterThan(page.present.firings[0]?.openedMs ?? 0)
    expect(page.isCut).toBe(false)
  })
})
