import { expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { countShapes, type MessageAttribute } from '#lib/domain/message-shape.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { applyFinding } from '#lib/store/findings.ts'
import { addTapShapes, insertLook } from '#lib/store/looks.ts'
import { insertMarks } from '#lib/store/marks.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { recordOk } from '#lib/store/source-states.ts'
import { aFinding, aMark, aQueue, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { loadQueue } from './query.ts'

const SINCE = INCIDENT_DAY_MS
const MINUTE = 60_000
const DAY = 86_400_000
const NOW = SINCE + 30 * MINUTE
const DLQ = aQueue({ name: 'profile-created-dlq', retentionSeconds: 1_209_600 })
const SOURCE = aQueue({
  dlqArn: DLQ.arn,
  tags: { service: 'sync' },
  beat: { everySeconds: 240, askedMs: NOW - MINUTE, quietSinceMs: NOW - 80 * MINUTE },
})
const JAVA: MessageAttribute = { name: 'JavaType', type: 'String', value: 'uk.nhs.hee.ProfileCreateEvent' }
const body = '{"traineeTisId":"900042"}'

describeStores('the page of a queue', ({ db }) => {
  const load = (name = SOURCE.name) =>
    loadQueue(
      { name, range: '1h' },
      {
        viewer: { kind: 'person', sessionId: 's', sub: 'u', name: 'Uma', role: 'viewer' },
        db: db(),
        tx: db().orm,
        nowMs: NOW,
        timeZone: 'UTC',
        settings: settingsSchema.parse({}),
        env: readEnv({ AWS_REGION: 'eu-west-2', SPILLWAY_SECRET: 'a secret of thirty-two characters' }).env,
      },
    )

  async function storeDeadLetters(letters: number): Promise<void> {
    await db().transaction(async (tx) => {
      await upsertQueues(tx, [SOURCE, DLQ], NOW - MINUTE, true)
      await recordOk(tx, 'sqs', NOW - 5_000, null)
      const samples = [SOURCE.name, DLQ.name].flatMap((queue) =>
        (['visible', 'in-flight', 'delayed'] as const).map((metric) => {
          const value = queue === DLQ.name && metric === 'visible' ? letters : 0
          return { series: seriesOf.depth(queue, metric), atMs: NOW - 10_000, value }
        }),
      )
      await insertSamples(tx, samples, { isBackfill: false })
      if (letters === 0) return
      const subject = { kind: 'queue', id: DLQ.name } as const
      const found = aFinding({ detector: 'dlq-not-empty', subject, sinceMs: SINCE, evidence: { waiting: letters } })
      await applyFinding(tx, found, found.detector, subject, SINCE)
    })
  }

  const look = (firstSentMs: number) =>
    insertLook(
      db().orm,
      {
        queue: DLQ.name,
        atMs: NOW - 5 * MINUTE,
        kind: 'look',
        by: 'Rita',
        isHealthy: false,
        read: 3,
        about: 3,
        inFlight: 0,
        firstSentMs,
        lastSentMs: SINCE,
      },
      countShapes(Array.from({ length: 3 }, () => ({ attributes: [JAVA], body }))),
    )

  test('says of its oldest dead letter no later than when it expires, until a look has told its send time', async () => {
    await storeDeadLetters(3)
    const before = await load()
    expect(before.expiry).toMatchObject({
      queue: DLQ.name,
      isDeadLetterQueue: true,
      expiry: { kind: 'bound', why: 'no-look', atMs: SINCE + 14 * DAY },
    })
    await look(SINCE - 2 * DAY)
    for (const name of [SOURCE.name, DLQ.name])
      expect((await load(name)).expiry).toMatchObject({
        queue: DLQ.name,
        expiry: { kind: 'known', atMs: SINCE + 12 * DAY, read: 3, about: 3 },
      })
  })

  test('counts down to nothing where no dead letter lies', async () => {
    await storeDeadLetters(0)
    expect((await load()).expiry).toMatchObject({ expiry: { kind: 'empty' } })
    expect((await load()).changes).toBeNull()
  })

  test('says what changed when it began: in the messages by kept shapes, and around them', async () => {
    await storeDeadLetters(3)
    await insertMarks(db().orm, [
      aMark({ kind: 'deploy', service: 'sync', title: 'sync 2.1', atMs: SINCE - 4 * MINUTE }),
      aMark({ kind: 'deploy', service: 'late', title: 'late 3', atMs: SINCE + 20 * MINUTE }),
    ])
    const first = await load(DLQ.name)
    expect(first.changes).toMatchObject({
      sinceMs: SINCE,
      messages: 'Not known: nobody has looked into the messages since it began.',
      marks: ['sync was deployed at 10:26'],
    })
    await look(SINCE)
    const minuteMs = SINCE - 10 * MINUTE
    const shapes = countShapes([{ attributes: [], body }])
    await addTapShapes(db().orm, SOURCE.name, { minuteMs, isHealthy: true, shapes })
    expect((await load()).changes?.differences).toEqual([
      '3 of 3 stuck messages carry `JavaType` (String); 0 of 1 healthy ones do',
    ])
  })

  test('tells its service, tags, size, whose dead letters it may take, and how often it is read', async () => {
    await storeDeadLetters(0)
    const facts = Object.fromEntries((await load()).facts.map(({ label, value }) => [label, value]))
    expect(facts).toMatchObject({
      Service: 'sync',
      Tags: 'service: sync',
      'Largest message': '1\u202f024 KiB',
      Encryption: 'by SQS with a key of its own',
      'May take dead letters of': 'any queue of its account and region',
      'Depth is read': 'every 4 min while it is quiet: nothing has been in it since 09:40',
    })
    const ofDlq = (await load(DLQ.name)).facts.find(({ label }) => label === 'Service')
    expect(ofDlq?.value).toBe('sync')
  })

  test('names queues that name it although its policy does not let them', async () => {
    await storeDeadLetters(0)
    const denying = { ...DLQ, redriveAllow: { permission: 'denyAll', sourceArns: [] } } as const
    await db().transaction((tx) => upsertQueues(tx, [denying], NOW, false))
    const fact = (await load(DLQ.name)).facts.find(({ label }) => label === 'May take dead letters of')
    expect(fact).toMatchObject({
      value: 'no queue',
      note: 'profile-created names it, and its policy does not allow that.',
    })
  })
})
