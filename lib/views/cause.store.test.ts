import { expect, test } from 'vitest'
import { settingsSchema } from '#lib/config/settings.ts'
import { countShapes, type MessageAttribute } from '#lib/domain/message-shape.ts'
import { addTapShapes, insertLook } from '#lib/store/looks.ts'
import { insertMarks } from '#lib/store/marks.ts'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { aMark, aQueue, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { loadCause } from './cause.ts'

const SINCE = INCIDENT_DAY_MS
const MINUTE = 60_000
const JAVA: MessageAttribute = { name: 'JavaType', type: 'String', value: 'uk.nhs.hee.ProfileCreateEvent' }
const body = '{"traineeTisId":"900042"}'

describeStores('the cause of a fault', ({ db }) => {
  const load = () =>
    loadCause({
      tx: db().orm,
      settings: settingsSchema.parse({}),
      queue: 'profile-created',
      sinceMs: SINCE,
      nowMs: SINCE + 30 * MINUTE,
      timeZone: 'UTC',
    })

  async function lookAt(count: number, firstSentMs = SINCE): Promise<void> {
    const shapes = countShapes(Array.from({ length: count }, () => ({ attributes: [JAVA], body })))
    const facts = { read: count, about: count, inFlight: 0, firstSentMs, lastSentMs: SINCE + MINUTE }
    const made = {
      queue: 'profile-created-dlq',
      atMs: SINCE + 5 * MINUTE,
      kind: 'look',
      by: 'Rita',
      isHealthy: false,
    } as const
    await insertLook(db().orm, { ...made, ...facts }, shapes)
  }

  const tap = (minute: number, attributes: readonly MessageAttribute[], isHealthy = true) =>
    addTapShapes(db().orm, 'profile-created', {
      minuteMs: SINCE + minute * MINUTE,
      isHealthy,
      shapes: countShapes([{ attributes, body }]),
    })

  test('rests on healthy messages from before the fault alone, also where those of the fault were not known to be bad yet', async () => {
    const dlq = aQueue({ name: 'profile-created-dlq' })
    await upsertQueues(db().orm, [aQueue({ dlqArn: dlq.arn }), dlq], SINCE, true)
    await lookAt(4)
    await tap(-3, [])
    await tap(-3, [])
    await tap(-2, [])
    await tap(1, [JAVA])
    await tap(-1, [JAVA], false)
    const { cause, healthy, look, lookInto } = await load()
    expect(cause.sentence).toBe(
      '4 of 4 stuck messages carry `JavaType` (String); 0 of 3 healthy ones do (kept from the tap of profile-created between 10:27 and 10:28)',
    )
    expect(healthy?.count).toBe(3)
    expect([look?.by, lookInto]).toEqual(['Rita', 'profile-created-dlq'])
  })

  test('messages that were sent after the first stuck one are not healthy, though they were not known to be bad yet', async () => {
    const dlq = aQueue({ name: 'profile-created-dlq' })
    await upsertQueues(db().orm, [aQueue({ dlqArn: dlq.arn }), dlq], SINCE, true)
    await lookAt(4, SINCE - 2 * MINUTE + 20_000)
    await lookAt(3, SINCE)
    await tap(-3, [])
    await tap(-2, [])
    await tap(-2, [JAVA])
    await tap(-1, [JAVA])
    const { cause, healthy } = await load()
    expect(cause.sentence).toContain('3 of 3 stuck messages carry `JavaType` (String); 0 of 1 healthy ones do')
    expect(healthy).toMatchObject({ count: 1, toMs: SINCE - 2 * MINUTE - 1 })
  })

  test('with no healthy shapes kept it says so, and names the deploy', async () => {
    const dlq = aQueue({ name: 'profile-created-dlq' })
    await upsertQueues(db().orm, [aQueue({ dlqArn: dlq.arn }), dlq], SINCE, true)
    await lookAt(2)
    await insertMarks(db().orm, [
      aMark({ atMs: SINCE - MINUTE, service: 'tis-trainee-sync' }),
      aMark({ atMs: SINCE - 60 * MINUTE }),
    ])
    expect((await load()).cause).toMatchObject({
      kind: 'no-healthy',
      marks: ['tis-trainee-sync was deployed at 10:29'],
    })
  })

  test('a look from before the fault is none', async () => {
    await upsertQueues(db().orm, [aQueue()], SINCE, true)
    expect(await load()).toMatchObject({ cause: { kind: 'no-stuck' }, look: null, lookInto: 'profile-created' })
  })

  test('counts what expired from sent, processed and waiting messages of one moment', async () => {
    await upsertQueues(db().orm, [aQueue({ retentionSeconds: 60 })], SINCE, true)
    await tellExpiry()
    expect((await load()).expired).toEqual(EXPIRED)
  })

  const keep = (retentionSeconds: number, atMs: number) =>
    upsertQueues(db().orm, [aQueue({ retentionSeconds })], atMs, true)

  test('counts what had expired before somebody let the queue keep messages for longer', async () => {
    await keep(60, SINCE)
    await tellExpiry()
    await keep(345_600, SINCE + 0.5 * MINUTE)
    expect((await load()).expired).toEqual({
      expired: 0,
      words: 'None can have expired by 10:32: messages are kept for 4 d.',
    })
    await keep(60, SINCE + MINUTE)
    await keep(345_600, SINCE + 1.5 * MINUTE)
    await keep(1_209_600, SINCE + 1.6 * MINUTE)
    expect((await load()).expired).toEqual(EXPIRED)
  })

  test('counts what expired in a dead-letter queue that keeps messages for a shorter time', async () => {
    const dlq = aQueue({ name: 'profile-created-dlq', retentionSeconds: 60 })
    await upsertQueues(db().orm, [aQueue({ dlqArn: dlq.arn }), dlq], SINCE, true)
    await tellExpiry()
    expect((await load()).expired).toEqual(EXPIRED)
  })

  const EXPIRED = {
    expired: 15,
    words: 'About 15 messages had expired by 10:32: 40 sent, 5 processed, 20 still there.',
  }

  /** 40 were sent, 5 processed, and 20 still there; the newest reading is from later. */
  async function tellExpiry(): Promise<void> {
    const sample = (series: string, value: number, atMs = SINCE + MINUTE) => ({ series, atMs, value })
    await insertSamples(
      db().orm,
      [
        sample(seriesOf.flow('profile-created', 'sent'), 40),
        sample(seriesOf.flow('profile-created', 'deleted'), 5),
        sample(seriesOf.depth('profile-created', 'visible'), 20),
        // Of what happened since then CloudWatch tells only later.
        sample(seriesOf.depth('profile-created', 'visible'), 2, SINCE + 2.5 * MINUTE),
      ],
      { isBackfill: false },
    )
    await addOwnTraffic(db().orm, 'profile-created', { sent: 18, deleted: 18 }, SINCE + 2.4 * MINUTE)
  }
})
