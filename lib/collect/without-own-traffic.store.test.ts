import { expect, test } from 'vitest'
import { detectors } from '#lib/detect/index.ts'
import type { QueueFlow, Reading } from '#lib/domain/reading.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { listOpenFindings } from '#lib/store/findings.ts'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { withoutOwnTraffic } from '#lib/store/without-own-traffic.ts'
import { applyReadings } from './apply-readings.ts'

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

  test('is no evidence either where the consumer processes what was changed, until it processes others again', async () => {
    await tell([flow(0, { sent: 6, received: 20 }), flow(1, { received: 20 })])
    const counts = { sent: 5, sentChanged: 5, received: 5, deleted: 5 }
    await addOwnTraffic(db().orm, 'profile-created', counts, START + 2 * MINUTE + 59_900)
    await tell([flow(2, { sent: 5, received: 25, deleted: 5 }), flow(3, { sent: 1, received: 9, deleted: 3 })])
    await addOwnTraffic(db().orm, 'profile-created', { ...counts, deleted: 0 }, START + 4 * MINUTE)
    await tell([flow(4, { sent: 5, received: 8, deleted: 2 })])
    const [finding, ...others] = await listOpenFindings(db().orm)
    expect(others).toEqual([])
    expect(finding).toMatchObject({ title: 'profile-created: 7 sent, 0 processed', sinceMs: START })
    expect(finding?.evidence).toMatchObject({ changedProcessed: 5, changedProcessedMs: START + 3 * MINUTE })
    await tell([flow(5, { received: 8, deleted: 6 })])
    expect(await listOpenFindings(db().orm)).toEqual([])
  })

  test('is taken off no other queue and no other minute', async () => {
    await addOwnTraffic(db().orm, 'profile-created', { deleted: 3 }, START)
    const flows = [flow(0, { deleted: 5 }), flow(5, { deleted: 5 }), { ...flow(0, { deleted: 5 }), queue: 'other' }]
    expect((await withoutOwnTraffic(db().orm, flows)).map(({ deleted }) => deleted)).toEqual([2, 5, 5])
  })

  test('is summed over a period of an hour', async () => {
    await addOwnTraffic(db().orm, 'profile-created', { sent: 3, sentChanged: 2 }, START)
    await addOwnTraffic(db().orm, 'profile-created', { sent: 2, sentChanged: 2, deleted: 4 }, START + 59 * MINUTE)
    await addOwnTraffic(db().orm, 'profile-created', { deleted: 9 }, START + 60 * MINUTE)
    const hour = { ...flow(0, { sent: 9, deleted: 6 }), periodSeconds: 3600 }
    expect(await withoutOwnTraffic(db().orm, [hour])).toMatchObject([{ sent: 4, sentChanged: 4, deleted: 2 }])
  })
})
