import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readEnv } from '#lib/config/env.ts'
import { countArchived } from '#lib/store/archived-messages.ts'
import { getArchive, moveArchive } from '#lib/store/archives.ts'
import { archiveWork } from '#lib/redrive/archive-work.ts'
import { beginArchive } from '#lib/redrive/fixtures/archive-runs.ts'
import { makeRedriveContext } from '#lib/redrive/fixtures/redrive-runs.ts'
import { newStepMemory } from '#lib/redrive/step-memory.ts'
import { md5OfMessageAttributes } from '#e2e/conformance/md5.ts'
import * as probes from '#commands/compat/probes.ts'
import type { RedriveCheck } from '#commands/compat/redrive-check.ts'
import type { RedriveStand } from '#commands/compat/redrive-stand.ts'

const DEADLINE_MS = 30_000

const moveTask: RedriveCheck = {
  id: 'redrive-move-task',
  title: 'the server’s own move task is started once, followed to its end, and moves all',
  needs: [probes.deadLetters, probes.moveTasks],
  async run(stand) {
    const pair = await stand.makePair({ maxReceiveCount: 1 })
    const bodies = Array.from({ length: 12 }, (_, at) => `m${at + 10}`)
    for (const body of bodies) await stand.send(pair.source, body)
    await stand.killAll(pair, bodies.length)
    const run = await stand.start(pair, { way: 'move-task', perSecond: 200 })
    const { task } = await stand.until(run, ['verifying', 'stopped'])
    assert.deepEqual([task?.status, task?.moved], ['COMPLETED', bodies.length])
    const taken = await stand.takeAll(pair.source, bodies.length)
    assert.deepEqual(taken.map(({ body }) => body).toSorted(), bodies)
  },
}

const archive: RedriveCheck = {
  id: 'archive-and-restore',
  title: 'dead letters go to an encrypted file and come back byte for byte',
  needs: [probes.everyType],
  async run(stand) {
    const { source, dlq } = await stand.makePair()
    const bodies = Array.from({ length: 12 }, (_, at) => `{"n":${at + 10},"x":"Zoë"}`)
    for (const body of bodies) await stand.send(dlq, body, { MessageAttributes: probes.EVERY_TYPE })
    const id = await beginArchive(stand.db, dlq)
    const folder = mkdtempSync(join(tmpdir(), 'spillway-compat-archive-'))
    try {
      await work(stand, { id, folder }, async () => (await countArchived(stand.db.orm, id)).deleted === 12)
      await stand.takeAll(dlq, 0)
      await moveArchive(stand.db.orm, id, 'stop', {}, Date.now())
      const to = { restoreQueue: source.name, restoreUrl: source.url, restoredBy: 'Olga' }
      await moveArchive(stand.db.orm, id, 'restore', to, Date.now())
      await work(stand, { id, folder }, async () => (await getArchive(stand.db.orm, id)).state === 'kept')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    const taken = await stand.takeAll(source, 12)
    assert.deepEqual(taken.map(({ body }) => body).toSorted(), bodies)
    const digests = new Set(taken.map(({ attributesMd5 }) => attributesMd5))
    assert.deepEqual([...digests], [md5OfMessageAttributes(probes.EVERY_TYPE)])
  },
}

async function work(
  { db }: RedriveStand,
  { id, folder }: { readonly id: number; readonly folder: string },
  isEnough: () => Promise<boolean>,
): Promise<void> {
  const settings = { redrive: { holdSeconds: 3, perSecond: 500 } }
  const { env } = readEnv({
    SPILLWAY_SECRET: 'a secret of at least thirty-two characters',
    SPILLWAY_ARCHIVE_DIR: folder,
  })
  const [step, memory] = [archiveWork(id, env), newStepMemory()]
  const deadline = performance.now() + DEADLINE_MS
  while (!(await isEnough())) {
    if (performance.now() > deadline)
      assert.fail(`not done: ${JSON.stringify([await getArchive(db.orm, id), await countArchived(db.orm, id)])}`)
    await step(makeRedriveContext(db, { settings }), memory)
  }
}

export const otherWaysChecks: readonly RedriveCheck[] = [moveTask, archive]
