import { afterEach, beforeEach, expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { countArchived } from '#lib/store/archived-messages.ts'
import { getArchive, insertArchive, moveArchive } from '#lib/store/archives.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import { newArchiveTarget } from './archive-target.ts'
import { workArchive } from './fixtures/archive-runs.ts'
import { makeRedriveContext } from './fixtures/redrive-runs.ts'
import { startQueues, type Queues } from './fixtures/start-queues.ts'
import { startS3, type TestS3 } from './fixtures/start-s3.ts'
import { md5OfAttributes } from './message-digest.ts'
import { receive } from './queue-calls.ts'
import type { RedriveContext } from './redrive-context.ts'

const BUCKET = 'dead-letters'
const SECRET = 'a secret of at least thirty-two characters'
const EVERY_TYPE = {
  text: { DataType: 'String', StringValue: 'Zoë 😀 \u2028 "quoted"' },
  count: { DataType: 'Number.int', StringValue: '-12345678901234567890' },
  bytes: { DataType: 'Binary', BinaryValue: Uint8Array.from({ length: 256 }, (_, at) => at) },
}

describeStores('an archive in an S3-compatible store', ({ db }) => {
  let queues: Queues
  let server: SqsServer
  let s3: TestS3

  beforeEach(async () => {
    server = await startSqsServer({ log: new RequestLog() })
    queues = await startQueues(server)
    s3 = await startS3()
    await s3.createBucket(BUCKET)
    await upsertQueues(db().orm, [queues.source, queues.dlq], Date.now(), true)
  })
  afterEach(async () => {
    await queues.stop()
    await s3.stop()
  })

  const bodies = (name: string): string[] => server.store.peekAll(name).map(({ body }) => body)
  const counts = (id: number) => countArchived(db().orm, id)
  const stateOf = async (id: number) => (await getArchive(db().orm, id)).state
  const troubleOf = async (id: number) => (await getArchive(db().orm, id)).trouble

  function settings(bucket = BUCKET) {
    const s3Settings = { bucket, prefix: 'team/', endpoint: s3.endpoint, forcePathStyle: true }
    return { redrive: { holdSeconds: 3, perSecond: 500 }, archive: { s3: s3Settings } }
  }
  const context = (given = {}) => ({ ...makeRedriveContext(db(), { settings: settings() }), ...given })

  async function begin(bucket = BUCKET): Promise<number> {
    const startedMs = Date.now() + 1
    const { id } = await insertArchive(db().orm, {
      queue: queues.dlq.name,
      queueUrl: queues.dlq.url,
      groupFingerprint: null,
      target: newArchiveTarget(settingsSchema.parse(settings(bucket)).archive),
      purpose: 'they expire',
      incident: null,
      startedBy: 'Olga',
      startedMs,
      expiresMs: startedMs + 86_400_000,
    })
    return id
  }

  const work = (
    id: number,
    isEnough: () => Promise<boolean>,
    given: { readonly context?: () => RedriveContext; readonly secret?: string } = {},
  ): Promise<void> =>
    workArchive(db(), id, isEnough, {
      env: readEnv({ SPILLWAY_SECRET: given.secret ?? SECRET }).env,
      context: given.context ?? context,
    })

  const untilDeleted = (id: number, count: number) => work(id, async () => (await counts(id)).deleted >= count)
  const untilTold = (id: number, given = {}) => work(id, async () => (await troubleOf(id)) !== null, given)

  async function restore(id: number, isEnough = async () => (await stateOf(id)) === 'kept', given = {}): Promise<void> {
    const change = { restoreQueue: queues.source.name, restoreUrl: queues.source.url, restoredBy: 'Olga' }
    if ((await stateOf(id)) === 'archiving') await moveArchive(db().orm, id, 'stop', {}, Date.now())
    await moveArchive(db().orm, id, 'restore', change, Date.now())
    await work(id, isEnough, given)
  }

  async function dead(count: number): Promise<string[]> {
    const sent = Array.from({ length: count }, (_, at) => `{"traineeTisId":"${900_100 + at}"}`)
    for (const body of sent) await queues.send(body, {}, queues.dlq)
    return sent
  }

  test('keeps messages encrypted in the bucket, gives them back byte for byte, and is erased whole', async () => {
    await queues.send(`{"name":"Zoë 😀","x":"${'x'.repeat(300_000)}"}`, EVERY_TYPE, queues.dlq)
    await dead(12)
    const id = await begin()
    await untilDeleted(id, 13)
    expect(bodies(queues.dlq.name)).toEqual([])
    const kept = [...(await s3.objects(BUCKET))]
    expect(kept.length).toBeGreaterThan(0)
    for (const [key, bytes] of kept) {
      expect(key).toMatch(/^team\/[0-9a-f-]{36}\/[0-9a-f-]{36}\.spillway$/)
      expect(bytes.toString('latin1')).not.toMatch(/xxxxxxxx|traineeTisId/)
    }
    await restore(id)
    expect(await counts(id)).toMatchObject({ restored: 13, possibleDuplicates: 0 })
    const again = server.store.peekAll(queues.source.name)
    expect(again).toHaveLength(13)
    const [rich] = (await receiveAll()).filter(({ body }) => body.includes('Zoë'))
    expect(rich?.body).toHaveLength(300_024)
    expect(md5OfAttributes(rich?.attributes ?? {})).toBe(md5OfAttributes(EVERY_TYPE))
    await s3.put(BUCKET, 'team/of-somebody-else', Buffer.from('stays'))
    await moveArchive(db().orm, id, 'erase', { erasedBy: 'Ada' }, Date.now())
    await work(id, async () => (await stateOf(id)) === 'erased')
    expect([...(await s3.objects(BUCKET)).keys()]).toEqual(['team/of-somebody-else'])
  })

  async function receiveAll() {
    const options = { most: 10, holdSeconds: 30, waitSeconds: 1 }
    return [
      ...(await receive(context(), queues.source.url, options)),
      ...(await receive(context(), queues.source.url, options)),
    ]
  }

  test.each([3, 4, 5])('killed at commit %i it loses none and doubles none', async (at) => {
    const sent = await dead(25)
    const id = await begin()
    let commits = 0
    const dying = (): RedriveContext => ({
      ...context(),
      commit: (run) => {
        commits += 1
        if (commits === at) throw new Error('killed')
        return db().transaction(run)
      },
    })
    await work(id, async () => (await counts(id)).deleted === 25, { context: dying })
    expect(bodies(queues.dlq.name)).toEqual([])
    await restore(id)
    expect(bodies(queues.source.name).toSorted()).toEqual(sent.toSorted())
  })

  test.each([
    ['a write is denied', 'PUT', 'deny', /^S3 PutObject for the bucket dead-letters was refused.*grant s3:PutObject/],
    [
      'it may write and not read',
      'GET',
      'deny',
      /^S3 GetObject for the bucket dead-letters was refused.*grant s3:GetObject/,
    ],
    ['the store keeps something else', 'GET', 'twist', /is not what was written; nothing of it was deleted/],
  ] as const)(
    'while %s nothing leaves the queue; it says so, and goes on by itself',
    async (_, method, fault, words) => {
      const sent = await dead(3)
      const id = await begin()
      s3.fail(method, fault)
      await untilTold(id)
      expect(await troubleOf(id)).toMatch(words)
      expect(bodies(queues.dlq.name).toSorted()).toEqual(sent.toSorted())
      await untilDeleted(id, 3)
      expect(await troubleOf(id)).toBeNull()
    },
  )

  test('says that there is no such bucket, keeps the messages in their queue, and goes on when it is made', async () => {
    const sent = await dead(2)
    const id = await begin('not-made-yet')
    await untilTold(id)
    expect(await troubleOf(id)).toMatch(
      /^S3 PutObject for the bucket not-made-yet found nothing of that name \(NoSuchBucket\)/,
    )
    expect(bodies(queues.dlq.name).toSorted()).toEqual(sent.toSorted())
    await s3.createBucket('not-made-yet')
    await untilDeleted(id, 2)
  })

  test('a write whose answer was lost is repeated, and each message comes back once', async () => {
    const sent = await dead(5)
    const id = await begin()
    s3.fail('PUT', 'drop-after-commit', 2)
    await untilDeleted(id, 5)
    await restore(id)
    expect(bodies(queues.source.name).toSorted()).toEqual(sent.toSorted())
  })

  test('sends nothing with another secret, without the store in the settings, or when the object is gone, and says why', async () => {
    await dead(2)
    const id = await begin()
    await untilDeleted(id, 2)
    const isTold = async () => (await troubleOf(id)) !== null
    const again = async (given: Parameters<typeof work>[2]): Promise<string | null> => {
      await restore(id, isTold, given)
      const trouble = await troubleOf(id)
      await moveArchive(db().orm, id, 'stop', { trouble: null }, Date.now())
      return trouble
    }
    expect(await again({ secret: 'another secret of at least 32 characters' })).toMatch(
      /SPILLWAY_SECRET is not the one/,
    )
    const withoutStore = context({ settings: settingsSchema.parse({}) })
    expect(await again({ context: () => withoutStore })).toMatch(
      /^A-1 lies in s3:\/\/dead-letters\/team\/.*archive\.s3 is not set/,
    )
    s3.fail('GET', 'twist', 1)
    expect(await again({})).toMatch(/SPILLWAY_SECRET is not the one|was changed/)
    expect(bodies(queues.source.name)).toEqual([])
    expect(await counts(id)).toMatchObject({ deleted: 2, restored: 0 })
  })
})
