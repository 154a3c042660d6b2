import { expect, test } from 'vitest'
import { settingsSchema } from '#lib/config/settings.ts'
import type { DetectEvent } from '#lib/detect/define-detector.ts'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import { listOpenFindings } from '#lib/store/findings.ts'
import { anOutcomeEvent, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { applyReadings } from './apply-readings.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const everyTenMinutes = (fromMs: number, hours: number): number[] =>
  Array.from({ length: hours * 6 }, (_, index) => fromMs + (index + 1) * 10 * MINUTE)

describeStores('what is found of e-mails as time passes', ({ db }) => {
  async function apply(events: readonly OutcomeEvent[], ticks: readonly number[], isBackfill = false): Promise<void> {
    const alsoDetect = ticks.map((atMs): DetectEvent => ({ kind: 'tick', atMs }))
    const settings = settingsSchema.parse({})
    const context = { source: 'email-outcomes', atMs: INCIDENT_DAY_MS, settings, secret: undefined, alsoDetect }
    await db().transaction((tx) => applyReadings(tx, [{ kind: 'outcomes', events, isBackfill }], context))
  }
  const titles = async (): Promise<string[]> => (await listOpenFindings(db().orm)).map(({ title }) => title)

  test('a stream that came every twenty minutes for weeks and stops is said, and ends with the next e-mail', async () => {
    const firstMs = INCIDENT_DAY_MS - 21 * DAY
    const history = Array.from({ length: 21 * 72 }, (_, index) =>
      anOutcomeEvent({ notificationId: `past ${index}`, atMs: firstMs + index * 20 * MINUTE }),
    )
    await apply(history, [], true)
    await apply([anOutcomeEvent({ notificationId: 'last', atMs: INCIDENT_DAY_MS })], [])
    await apply([], everyTenMinutes(INCIDENT_DAY_MS, 2))
    expect(await titles()).toEqual([])
    await apply([], everyTenMinutes(INCIDENT_DAY_MS + 2 * HOUR, 10))
    expect(await titles()).toEqual([
      expect.stringMatching(/^Onboarding e-mails have stopped: none came where about \d+ /),
    ])
    const nextMs = INCIDENT_DAY_MS + 12 * HOUR + MINUTE
    await apply([anOutcomeEvent({ notificationId: 'next', atMs: nextMs })], [])
    expect(await titles()).toEqual([])
  })

  test('planned e-mails that are past their time are said until they are sent or deleted', async () => {
    const planned = (number: number): OutcomeEvent =>
      anOutcomeEvent({
        notificationId: `planned ${number}`,
        status: 'scheduled',
        atMs: INCIDENT_DAY_MS,
        facts: { sentAtMs: INCIDENT_DAY_MS + 5 * HOUR },
      })
    const later = (number: number, status: 'delivered' | 'deleted'): OutcomeEvent =>
      anOutcomeEvent({ notificationId: `planned ${number}`, status, atMs: INCIDENT_DAY_MS + 9 * HOUR })
    await apply([1, 2, 3, 4].map(planned), [INCIDENT_DAY_MS + 7 * HOUR])
    expect(await titles()).toEqual([])
    await apply([], [INCIDENT_DAY_MS + 8 * HOUR])
    expect(await titles()).toEqual(['4 planned onboarding e-mails are past their time and not sent'])
    await apply([later(1, 'delivered'), later(2, 'deleted')], [INCIDENT_DAY_MS + 9 * HOUR])
    expect(await titles()).toEqual([])
  })
})
