import { expect, test } from 'vitest'
import { detectors } from '#lib/detect/index.ts'
import type { QueueFlow, Reading } from '#lib/domain/reading.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { listOpenFindings } from '#lib/store/findings.ts'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { applyReadings } from './apply-readings.ts'
import { withoutOwnTraffic } from './without-own-traffic.ts'

const MINUTE = 60_000
const START = Date.UTC(2024, 10, 7, 10, 30)

function flow(minute: number, counts: Partial<QueueFlow>): QueueFlow {
  return {
    queue: 'profile-created',
    atMs: START + minute * MINUTE,
    periodSeconds: 60,
    sent: 0,
    received: 0,
    deleted: 0,
    oldestAgeSeconds: null,
    ...counts,
  }
}

describeStores('what Spillway itself does to a queue', ({ db }) => {
  const tell = (flows: readonly QueueFlow[]) => {
    const readings: Reading[] = [{ kind: 'flows', flows, isBackfill: false }]
    const context = {
      source: 'cloudwatch-metrics',
      atMs: START,
      settings: settingsSchema.parse({}),
      secret: undefined,
      detectors,
    }
    return db().transaction((tx) => applyReadings(tx, readings, context))
  }

  test('is no evidence that the consumer works', async () => {
    await tell([flow(0, { sent: 6, received: 20 }), flow(1, { received: 20 })])
    expect(await listOpenFindings(db().orm)).toHaveLength(1)
    await addOwnTraffic(db().orm, 'profile-created', { sent: 6, received: 6, deleted: 6 }, START + 2 * MINUTE + 59_900)
    // SQS counted two of the deletes in the next minute.
    await tell([flow(2, { sent: 6, received: 26, deleted: 4 }), flow(3, { received: 20, deleted: 2 })])
    expect(await listOpenFindings(db().orm)).toMatchObject([{ title: 'profile-created: 6 sent, 0 processed' }])
    await tell([flow(4, { received: 6, deleted: 6 })])
    expect(await listOpenFindings(db().orm)).toEqual([])
  })

  test('is taken off no other queue and no other minute', async () => {
    await addOwnTraffic(db().orm, 'profile-created', { deleted: 3 }, START)
    const flows = [flow(0, { deleted: 5 }), flow(5, { deleted: 5 }), { ...flow(0, { deleted: 5 }), queue: 'other' }]
    expect((await withoutOwnTraffic(db().orm, flows)).map(({ deleted }) => deleted)).toEqual([2, 5, 5])
  })
})
