import { expect, test } from 'vitest'
import { sql } from 'drizzle-orm'
import type { Db } from '#lib/store/db.ts'
import { listLedger } from '#lib/store/read-ledger.ts'
import { writeTaken, type TakenMessage } from '#lib/store/redrive-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { lockMoving } from '#lib/store/redrives.ts'
import { aQueue } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { makeRedriveContext, startRun } from './fixtures/redrive-runs.ts'
import { heldMessageOf } from './held-message.ts'
import { LedgerPen } from './ledger-pen.ts'
import { md5OfBody } from './message-digest.ts'
import type { RedriveContext } from './redrive-context.ts'

describeStores('the pen of the ledger', ({ db }) => {
  const start = (): Promise<Redrive> =>
    startRun(db(), { source: aQueue({ name: 'orders' }), dlq: aQueue({ name: 'orders-dlq' }) })

  test('writes what is handed in the very moment in which the one before it is told', async () => {
    const pen = penOf(await start(), makeRedriveContext(db()))
    for (let turn = 0; turn < 5; turn += 1) await pen.sending([])
    await pen.flush()
  })

  test('forgets nothing that is handed in while a transaction fails: each is told what became of it', async () => {
    let commits = 0
    const { promise: struck, resolve: strike } = Promise.withResolvers<void>()
    const context: RedriveContext = {
      ...makeRedriveContext(db()),
      commit: async () => {
        commits += 1
        const turn = commits
        if (turn === 1) await struck
        throw new Error(`the store failed at turn ${turn}`)
      },
    }
    const pen = penOf(await start(), context)
    const first = pen.sending(['a'])
    await expect.poll(() => commits).toBe(1)
    const second = pen.sending(['b'])
    strike()
    const ended = await Promise.allSettled([first, second])
    expect(ended.map((each) => (each.status === 'rejected' ? String(each.reason) : 'written'))).toEqual([
      'Error: the store failed at turn 1',
      'Error: the store failed at turn 2',
    ])
  })

  test('knows of messages what stands in the ledger once the redrive is its own', async () => {
    const run = await start()
    const message = heldMessageOf(
      { MessageId: 'm-1', ReceiptHandle: 'r-1', Body: '{}', MD5OfBody: md5OfBody('{}'), Attributes: {} },
      null,
    )
    if (message === null) throw new Error('no message')
    const isLocked = Promise.withResolvers<void>()
    const isWaitedFor = Promise.withResolvers<void>()
    const other = db().transaction(async (tx) => {
      await lockMoving(tx, run.id)
      isLocked.resolve()
      await isWaitedFor.promise
      await writeTaken(tx, { ...run, isRepeatSafe: false }, [{ ...TAKEN, messageId: 'm-1' }], Date.now())
    })
    await isLocked.promise
    const taking = penOf(run, makeRedriveContext(db())).take([message])
    // The embedded store has one session, so that the pen waits for the other's transaction instead of for its lock.
    if (db().kind === 'postgresql') await expect.poll(() => waitingForLocks(db())).toBe(1)
    isWaitedFor.resolve()
    await other
    expect(await taking).toMatchObject({ added: 0, moving: [{ message: { messageId: 'm-1' } }] })
    expect(await listLedger(db().orm, run.id)).toMatchObject([{ sendAttempts: 2, isPossibleDuplicate: true }])
  })
})

const TAKEN: TakenMessage = {
  messageId: '',
  state: 'sending',
  isCanary: false,
  isPossibleDuplicate: false,
  bodyMd5: '',
  attributesMd5: null,
  personRef: null,
  sentToQueueMs: null,
  receiveCount: 1,
  groupId: null,
  fingerprint: null,
}

async function waitingForLocks(db: Db): Promise<number> {
  const { rows } = await db.orm.execute<{ count: number }>(
    sql`select count(*)::integer as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows[0]?.count ?? 0
}

function penOf(run: Redrive, context: RedriveContext): LedgerPen {
  return new LedgerPen(run, context, { isCanary: false, most: null, soFar: { taken: 0, moved: 0, cameBack: 0 } })
}
