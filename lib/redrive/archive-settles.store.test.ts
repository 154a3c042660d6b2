import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { archiveWords } from '#lib/domain/archive.ts'
import { countArchived } from '#lib/store/archived-messages.ts'
import { getArchive, moveArchive } from '#lib/store/archives.ts'
import { moveRedrive } from '#lib/store/redrives.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { archiveWork } from './archive-work.ts'
import { beginArchive, workArchive } from './fixtures/archive-runs.ts'
import { makeRedriveContext, startRun, stepUntil } from './fixtures/redrive-runs.ts'
import { useQueues } from './fixtures/use-queues.ts'
import { groupOf } from './group-of.ts'
import { newStepMemory } from './step-memory.ts'

const SECRET = 'a secret of at least thirty-two characters'
const NO_GROUP = 'f'.repeat(32)
const BODY = '{"traineeTisId":"900100"}'

describeStores('what an archive settles at its end', ({ db }) => {
  const { queues, server, bodies } = useQueues(db)
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'spillway-archive-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const settings = { redrive: { holdSeconds: 3, perSecond: 500 } }
  const counts = (id: number) => countArchived(db().orm, id)
  const begin = (given: Parameters<typeof beginArchive>[2] = {}) => beginArchive(db(), queues().dlq, given)
  const env = () => readEnv({ SPILLWAY_SECRET: SECRET, SPILLWAY_ARCHIVE_DIR: folder }).env
  const context = () => makeRedriveContext(db(), { settings })
  const work = (id: number, isEnough: () => Promise<boolean>) =>
    workArchive(db(), id, isEnough, { env: env(), context })
  const kept = (id: number) => work(id, async () => (await getArchive(db().orm, id)).state === 'kept')
  const bothQueues = () => [...bodies(queues().dlq.name), ...bodies(queues().source.name)]
  const measure = () => server().store.measure(queues().dlq.name)
  const isNothingHidden = () => expect.poll(() => measure().notVisible).toBe(0)

  async function restore(id: number): Promise<void> {
    const change = { restoreQueue: queues().source.name, restoreUrl: queues().source.url, restoredBy: 'Olga' }
    await moveArchive(db().orm, id, 'restore', change, Date.now())
    await kept(id)
  }

  /** An archive that keeps one message, and was stopped when SQS had refused to delete it. */
  async function stoppedBeforeDelete(): Promise<number> {
    await queues().send(BODY, {}, queues().dlq)
    const id = await begin()
    const denied = { kind: 'error', code: 'AccessDenied', status: 403 } as const
    const heal = server().faults.add({ operation: 'DeleteMessageBatch', action: denied })
    await work(id, async () => (await counts(id)).archived === 1)
    await moveArchive(db().orm, id, 'stop', {}, Date.now())
    heal()
    return id
  }

  async function redriveAll(): Promise<void> {
    const { id } = await startRun(db(), queues(), { transform: [] })
    await stepUntil(db(), id, ['waiting'])
    await db().transaction((tx) => moveRedrive(tx, id, 'stop', { endedMs: Date.now(), endedBy: 'Olga' }, Date.now()))
  }

  test('what a redrive has moved meanwhile is not restored beside it', async () => {
    const first = await stoppedBeforeDelete()
    await redriveAll()
    await kept(await begin())
    const counted = await counts(first)
    await restore(first)
    expect(bothQueues()).toEqual([BODY])
    expect(archiveWords('stopped', counted)).toBe('1 message kept, 1 taken by a redrive and left to it')
  })

  test('what a redrive has sent and could not delete is left to it, not deleted for a restore', async () => {
    const first = await stoppedBeforeDelete()
    const heal = server().faults.add({ operation: 'DeleteMessageBatch', action: { kind: 'throttle' } })
    await redriveAll()
    heal()
    expect(bothQueues()).toEqual([BODY, BODY])
    await isNothingHidden()
    await work(await begin(), async () => measure().visible === 0)
    expect(measure()).toMatchObject({ notVisible: 1 })
    expect(await counts(first)).toMatchObject({ archived: 1, deleted: 0 })
  })

  test('what somebody hides for longer than the hold is not called gone', async () => {
    const first = await stoppedBeforeDelete()
    await isNothingHidden()
    await queues().hide(queues().dlq, 600)
    await kept(await begin())
    expect(await counts(first)).toMatchObject({ archived: 1, deleted: 0 })
    await restore(first)
    expect(bothQueues()).toEqual([BODY])
  })

  test('a delete that SQS confirms when the hold has run out is not believed', async () => {
    await queues().send(BODY, {}, queues().dlq)
    const unhook = server().faults.onBefore('DeleteMessageBatch', async () => {
      unhook()
      await isNothingHidden()
      await queues().hide(queues().dlq, 600)
    })
    const id = await begin()
    await kept(id)
    expect(await counts(id)).toMatchObject({ archived: 1, deleted: 0 })
    await restore(id)
    expect(bothQueues()).toEqual([BODY])
  })

  test('what it met and left does not keep it from settling, and can be received as soon as it ends', async () => {
    const first = await stoppedBeforeDelete()
    await isNothingHidden()
    await queues().consume(queues().dlq)
    await queues().send('of another group', {}, queues().dlq)
    await kept(await begin({ groupFingerprint: NO_GROUP }))
    expect(await counts(first)).toMatchObject({ archived: 0, deleted: 1 })
    expect(measure()).toMatchObject({ visible: 1, notVisible: 0 })
  })

  test('gives back what it met and left as soon as it is stopped', async () => {
    await queues().send('of another group', {}, queues().dlq)
    const id = await begin({ groupFingerprint: NO_GROUP })
    const [step, memory] = [archiveWork(id, env()), newStepMemory()]
    while (measure().notVisible === 0) await step(context(), memory)
    await moveArchive(db().orm, id, 'stop', {}, Date.now())
    await step(context(), memory)
    expect(measure()).toMatchObject({ visible: 1, notVisible: 0 })
  })

  test('finds its group behind more messages than it can hide for one hold', async () => {
    for (let at = 0; at < 240; at += 1) await queues().send('of another group', {}, queues().dlq)
    await queues().send(BODY, {}, queues().dlq)
    server().faults.add({ operation: 'ReceiveMessage', action: { kind: 'delay', ms: 1000 } })
    const id = await begin({ groupFingerprint: groupOf({ body: BODY, attributes: {}, deadLetterOf: null }) })
    await work(id, async () => (await counts(id)).deleted === 1 || (await getArchive(db().orm, id)).state === 'kept')
    expect(await counts(id)).toMatchObject({ deleted: 1 })
  })
})
