import { expect, test } from 'vitest'
import { settingsSchema } from '#lib/config/settings.ts'
import type { Sample } from '#lib/domain/sample.ts'
import { listOpenFindings } from '#lib/store/findings.ts'
import { listOpenIncidents } from '#lib/store/incidents.ts'
import { INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { applyReadings } from './apply-readings.ts'

const EVERY = 5 * 60_000
const SERIES = 'cloudwatch/orders/sent'

const steady = (count: number): number[] => Array.from({ length: count }, (_, index) => 100 + ((index * 37) % 11))

describeStores('a series that the settings name', ({ db }) => {
  const settings = settingsSchema.parse({ metrics: [{ series: SERIES, label: 'Orders sent' }] })
  async function apply(from: number, values: readonly number[], series = SERIES, isBackfill = false): Promise<void> {
    const samples = values.map((value, index): Sample => {
      return { series, atMs: INCIDENT_DAY_MS + (from + index) * EVERY, value }
    })
    const context = { source: 'cloudwatch-metrics', atMs: INCIDENT_DAY_MS, settings, secret: undefined }
    await db().transaction((tx) => applyReadings(tx, [{ kind: 'samples', samples, isBackfill }], context))
  }
  const titles = async (): Promise<string[]> => (await listOpenFindings(db().orm)).map(({ title }) => title)

  test('is said when it is unlike its past, as an incident of its own, and ends when it is usual again', async () => {
    await apply(-3000, [5000, 9000, 7000], SERIES, true)
    await apply(0, steady(300))
    await apply(300, steady(400))
    expect(await titles()).toEqual([])
    await apply(700, [1900, 2000, 2100])
    expect(await titles()).toEqual([expect.stringMatching(/^Orders sent: /)])
    expect((await listOpenIncidents(db().orm)).map(({ causeKey }) => causeKey)).toEqual([`metric:${SERIES}`])
    await apply(703, steady(30))
    expect(await titles()).toEqual([])
  })

  test('is the only one that is watched', async () => {
    await apply(0, steady(700), 'cloudwatch/others/sent')
    await apply(700, [90_000, 90_000], 'cloudwatch/others/sent')
    expect(await titles()).toEqual([])
  })
})
