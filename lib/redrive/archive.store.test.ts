import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { countArchived } from '#lib/store/archived-messages.ts'
import { getArchive, moveArchive } from '#lib/store/archives.ts'
import { listEntries } from '#lib/store/incident-entries.ts'
import { setGroupMark } from '#lib/store/message-groups.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import { beginArchive, workArchive } from './fixtures/archive-runs.ts'
import { makeRedriveContext } from './fixtures/redrive-runs.ts'
import { startQueues, type Queues } from './fixtures/start-queues.ts'
import { groupOf } from './group-of.ts'
import { md5OfAttributes, md5OfBody } from './message-digest.ts'
import { deleteBatch, receive, sendBatch } from './queue-calls.ts'
import type { RedriveContext } from './redrive-context.ts'

const SECRET = 'a secret of at least thirty-two characters'
const EVERY_TYPE = {
  text: { DataType: 'String', StringValue: 'Zoë 😀 \u2028 "quoted"' },
  count: { DataType: 'Number.int', StringValue: '-12345678901234567890' },
  bytes: { DataType: 'Binary', BinaryValue: Uint8Array.from({ length: 256 }, (_, at) => at) },
  picture: { DataType: 'Binary.png', BinaryValue: new Uint8Array([0, 255]) },
  __proto: { DataType: 'String.custom', StringValue: ' blanks ' },
}

describeStores('an archive', ({ db }) => {
  let queues: Queues
  let server: SqsServer
  let folder: string

  beforeEach(async () => {
    server = await startSqsServer({ log: new RequestLog() })
    queues = await startQueues(server)
    folder = mkdtempSync(join(tmpdir(), 'spillway-archive-'))
    await upsertQueues(db().orm, [queues.source, queues.dlq], Date.now(), true)
  })
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true })
    await queues.stop()
  })

  const env = (secret = SECRET) => readEnv({ SPILLWAY_SECRET: secret, SPILLWAY_ARCHIVE_DIR: folder }).env
  const bodies = (name: string): string[] => server.store.peekAll(name).map(({ body }) => body)
  const counts = (id: number) => countArchived(db().orm, id)
  const settings = { redrive: { holdSeconds: 3, perSecond: 500 } }
  const context = () => makeRedriveContext(db(), { settings })

  const begin = (given: Parameters<typeof beginArchive>[2] = {}) => beginArchive(db(), queues.dlq, given)
  const work = (
    id: number,
    isEnough: () => Promise<boolean>,
    given: { readonly context?: () => RedriveContext; readonly secret?: string } = {},
  ) => workArchive(db(), id, isEnough, { env: env(given.secret), context: given.context ?? context })

  const untilDeleted = (id: number, count: number) => work(id, async () => (await counts(id)).deleted >= count)
  const restored = async (id: number): Promise<void> => {
    const change = { restoreQueue: queues.source.name, restoreUrl: queues.source.url, restoredBy: 'Olga' }
    await moveArchive(db().orm, id, 'restore', change, Date.now())
  }
  const untilRestored = (id: number, given: Parameters<typeof work>[2] = {}) =>
    work(id, async () => (await getArchive(db().orm, id)).state === 'kept', given)

  async function dead(count: number): Promise<string[]> {
    const sent = Array.from({ length: count }, (_, at) => `{"traineeTisId":"${900_100 + at}"}`)
    for (const body of sent) await queues.send(body, {}, queues.dlq)
    return sent
  }

  test('keeps messages encrypted, and gives them back byte for byte with every kind of attribute', async () => {
    const body = `{"name":"Zoë 😀","text":"\\u2028${'x'.repeat(300_000)}"}`
    await queues.send(body, EVERY_TYPE, queues.dlq)
    await queues.send('plain text, no JSON', {}, queues.dlq)
    const id = await begin()
    await work(id, async () => (await getArchive(db().orm, id)).state === 'kept')
    expect(bodies(queues.dlq.name)).toEqual([])
    expect(await counts(id)).toMatchObject({ deleted: 2, archived: 0, read: 0 })
    const files = readdirSync(folder)
    expect(files).toHaveLength(1)
    const stored = readFileSync(join(folder, files[0] ?? '')).toString('latin1')
    expect(stored).not.toMatch(/xxxxxxxx|plain text|traineeTisId|custom/)
    await restored(id)
    await untilRestored(id)
    const again = await receive(context(), queues.source.url, { most: 10, holdSeconds: 3, waitSeconds: 1 })
    const rich = again.find((each) => each.body.startsWith('{'))
    expect(again.map((each) => md5OfBody(each.body)).toSorted()).toEqual(
      [md5OfBody(body), md5OfBody('plain text, no JSON')].toSorted(),
    )
    expect(md5OfAttributes(rich?.attributes ?? {})).toBe(md5OfAttributes(EVERY_TYPE))
    expect(await counts(id)).toMatchObject({ restored: 2, deleted: 0, possibleDuplicates: 0 })
    await restored(id)
    await untilRestored(id)
    expect(await counts(id), 'nothing is restored twice').toMatchObject({ restored: 2 })
    expect(server.store.measure(queues.source.name)).toMatchObject({ visible: 0, notVisible: 2 })
  })

  test('stands in the story of its incident: how many are kept and restored, from where and where to, each once', async () => {
    await dead(2)
    const id = await begin({ incident: 7 })
    await work(id, async () => (await getArchive(db().orm, id)).state === 'kept')
    for (let time = 0; time < 2; time += 1) {
      await restored(id)
      await untilRestored(id)
    }
    const story = await listEntries(db().orm, 7)
    const to = queues.source.name
    expect(story.map(({ text }) => text)).toEqual([
      `A-${id}: 2 messages kept, out of ${queues.dlq.name}, in an encrypted file.`,
      `A-${id}: restore to ${to} ended: 2 messages kept, 2 restored.`,
    ])
    for (const entry of story)
      expect(entry).toMatchObject({ kind: 'archive', actor: 'spillway', data: { archive: id } })
  })

  test('is erased in the story of its incident only when its files are gone', async () => {
    await dead(1)
    const id = await begin({ incident: 7 })
    await untilDeleted(id, 1)
    await moveArchive(db().orm, id, 'stop', {}, Date.now())
    await moveArchive(db().orm, id, 'erase', { erasedBy: 'Ada' }, Date.now())
    renameSync(folder, `${folder}-away`)
    writeFileSync(folder, 'in the way')
    await work(id, async () => (await getArchive(db().orm, id)).trouble !== null)
    expect(await listEntries(db().orm, 7)).toEqual([])
    rmSync(folder)
    renameSync(`${folder}-away`, folder)
    await work(id, async () => (await getArchive(db().orm, id)).state === 'erased')
    expect(readdirSync(folder)).toEqual([])
    expect(await listEntries(db().orm, 7)).toMatchObject([{ actor: 'spillway', text: `A-${id}: 1 message erased.` }])
  })

  test('keeps the group by which a standard queue gives fair turns', async () => {
    const outgoing = { id: 'a', body: 'tenant', attributes: {}, traceHeader: null, groupId: 'tenant-7' }
    expect((await sendBatch(context(), queues.dlq.url, [outgoing])).sent).toHaveLength(1)
    const id = await begin()
    await untilDeleted(id, 1)
    await moveArchive(db().orm, id, 'stop', {}, Date.now())
    await restored(id)
    await untilRestored(id)
    const [again] = await receive(context(), queues.source.url, { most: 1, holdSeconds: 3, waitSeconds: 1 })
    expect(again).toMatchObject({ body: 'tenant', groupId: 'tenant-7' })
  })

  test.each([1, 2, 3, 4, 5, 6, 7])(
    'killed at commit %i it loses none and doubles none: what is not surely in the file is still in the queue',
    async (at) => {
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
      if ((await getArchive(db().orm, id)).state === 'archiving')
        await moveArchive(db().orm, id, 'stop', {}, Date.now())
      await restored(id)
      await untilRestored(id)
      expect(bodies(queues.source.name).toSorted()).toEqual(sent.toSorted())
    },
  )

  test('deletes nothing that is not archived when the disk refuses, says so, and goes on when it takes them', async () => {
    const sent = await dead(3)
    const id = await begin()
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'in the way')
    await work(id, async () => (await getArchive(db().orm, id)).trouble !== null)
    expect((await getArchive(db().orm, id)).trouble).toMatch(/EEXIST|ENOTDIR/)
    expect(bodies(queues.dlq.name).toSorted()).toEqual(sent.toSorted())
    rmSync(folder)
    await untilDeleted(id, 3)
    expect((await getArchive(db().orm, id)).trouble).toBeNull()
  })

  /** An archive that keeps a message, and was stopped when SQS had refused to delete it. */
  async function stoppedBeforeDelete(): Promise<number> {
    await dead(1)
    const id = await begin()
    const fault = server.faults.add({
      operation: 'DeleteMessageBatch',
      action: { kind: 'error', code: 'AccessDenied', status: 403 },
    })
    await work(id, async () => (await counts(id)).archived === 1)
    await moveArchive(db().orm, id, 'stop', {}, Date.now())
    fault()
    return id
  }

  test('a message whose archive was erased before SQS deleted it is archived anew, not deleted', async () => {
    const first = await stoppedBeforeDelete()
    await moveArchive(db().orm, first, 'erase', { erasedBy: 'Ada' }, Date.now())
    await work(first, async () => (await getArchive(db().orm, first)).state === 'erased')
    expect(readdirSync(folder)).toEqual([])
    const second = await begin()
    await untilDeleted(second, 1)
    expect(readdirSync(folder)).toHaveLength(1)
  })

  test('a message that an earlier archive surely keeps is only deleted', async () => {
    const first = await stoppedBeforeDelete()
    const second = await begin()
    await untilDeleted(second, 0)
    await work(second, async () => (await counts(first)).deleted === 1)
    expect(await counts(second)).toMatchObject({ archived: 0, deleted: 0 })
    expect(bodies(queues.dlq.name)).toEqual([])
  })

  test('what SQS may or may not have deleted can be restored once another archive has read the queue to its end', async () => {
    const first = await stoppedBeforeDelete()
    const [seen] = await receive(context(), queues.dlq.url, { most: 1, holdSeconds: 30, waitSeconds: 10 })
    await deleteBatch(context(), queues.dlq.url, seen === undefined ? [] : [seen])
    expect(await counts(first)).toMatchObject({ archived: 1, deleted: 0 })
    const second = await begin()
    await work(second, async () => (await getArchive(db().orm, second)).state === 'kept')
    expect(await counts(first)).toMatchObject({ archived: 0, deleted: 1 })
  })

  test('takes one group where it is asked for one, and leaves a held one when it takes all', async () => {
    await dead(2)
    await queues.send('{"poison":true}', {}, queues.dlq)
    const seen = await receive(context(), queues.dlq.url, { most: 10, holdSeconds: 0, waitSeconds: 1 })
    const groupFor = (text: string): string => seen.filter(({ body }) => body.includes(text)).map(groupOf)[0] ?? ''
    const mark = { note: null, owner: null, isHeld: true, ticketUrl: null }
    await setGroupMark(db().orm, { queue: queues.dlq.name, fingerprint: groupFor('poison') }, mark, 'Rita', Date.now())
    const all = await begin()
    await untilDeleted(all, 2)
    expect(bodies(queues.dlq.name)).toEqual(['{"poison":true}'])
    await moveArchive(db().orm, all, 'stop', {}, Date.now())
    const one = await begin({ groupFingerprint: groupFor('poison') })
    await untilDeleted(one, 1)
    expect(bodies(queues.dlq.name)).toEqual([])
  })

  test('sends a message again whose answer was lost, and says for ever that it may be there twice', async () => {
    await dead(3)
    const id = await begin()
    await untilDeleted(id, 3)
    await moveArchive(db().orm, id, 'stop', {}, Date.now())
    await restored(id)
    server.faults.add({ operation: 'SendMessageBatch', times: 1, action: { kind: 'drop-after-commit' } })
    await untilRestored(id)
    expect(await counts(id)).toMatchObject({ restored: 3, possibleDuplicates: 3 })
    expect(bodies(queues.source.name)).toHaveLength(6)
  })

  test('sends nothing with another secret or from a file that was changed, and says why', async () => {
    await dead(1)
    const id = await begin()
    await untilDeleted(id, 1)
    await moveArchive(db().orm, id, 'stop', {}, Date.now())
    await restored(id)
    const isTold = async () => (await getArchive(db().orm, id)).trouble !== null
    await work(id, isTold, { secret: 'another secret of at least 32 characters' })
    expect((await getArchive(db().orm, id)).trouble).toMatch(/SPILLWAY_SECRET is not the one/)
    const [file = ''] = readdirSync(folder)
    const bytes = readFileSync(join(folder, file))
    bytes[20] = (bytes[20] ?? 0) ^ 1
    writeFileSync(join(folder, file), bytes)
    await db().orm.transaction((tx) => moveArchive(tx, id, 'stop', { trouble: null }, Date.now()))
    await restored(id)
    await work(id, isTold)
    expect(bodies(queues.source.name)).toEqual([])
    expect(await counts(id)).toMatchObject({ deleted: 1, restored: 0 })
  })
})
