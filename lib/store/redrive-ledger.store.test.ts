import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { describeStores } from '#lib/testing/test-stores.ts'
import { knownMessages, markSent, writeTaken, type TakenMessage } from './redrive-ledger.ts'
import type { Db } from './db.ts'

const RUN = { id: 1, sourceQueue: 'orders-dlq', isRepeatSafe: false }
const AT_MS = Date.UTC(2024, 7, 13)

describeStores('the ledger of a redrive', ({ db }) => {
  test('looks messages up one by one, however many the redrive has moved', async () => {
    const moved = Array.from({ length: 3_000 }, (_, number) => `old-${number}`)
    await db().transaction(async (tx) => {
      await writeTaken(tx, RUN, moved.map(takenOf), AT_MS)
      await markSent(
        tx,
        RUN.id,
        moved.map((messageId) => ({ messageId, newMessageId: `new-${messageId}` })),
        AT_MS,
      )
    })
    const before = await entriesRead(db())
    const known = await db().transaction((tx) => knownMessages(tx, RUN, ['old-7', 'new-old-8', 'another']))
    expect([...known.own.keys(), ...known.resent.keys()]).toEqual(['old-7', 'new-old-8'])
    expect((await entriesRead(db())) - before).toBeLessThan(100)
  })

  test('tells what an earlier redrive of the same queue did, and nothing of another queue', async () => {
    await db().transaction(async (tx) => {
      await writeTaken(tx, { ...RUN, id: 2 }, ['a'].map(takenOf), AT_MS)
      await writeTaken(tx, { ...RUN, id: 3, sourceQueue: 'invoices-dlq' }, ['a', 'b'].map(takenOf), AT_MS)
      await markSent(tx, 3, [{ messageId: 'b', newMessageId: 'c' }], AT_MS)
    })
    const { own, resent, earlier } = await db().transaction((tx) => knownMessages(tx, RUN, ['a', 'b', 'c']))
    expect([own.size, resent.size]).toEqual([0, 0])
    expect([...earlier].map(([id, { redrive, state }]) => ({ id, redrive, state }))).toEqual([
      { id: 'a', redrive: 2, state: 'sending' },
    ])
  })
})

/** Entries that scans of the ledger's indexes have read so far. */
async function entriesRead(db: Db): Promise<number> {
  await db.transaction((tx) => tx.execute(sql`select pg_stat_force_next_flush()`))
  const { rows } = await db.orm.execute<{ read: number | string }>(
    sql`select coalesce(sum(idx_tup_read), 0) as read from pg_stat_user_indexes where relname = 'redrive_message'`,
  )
  return Number(rows[0]?.read)
}

function takenOf(messageId: string): TakenMessage {
  return {
    messageId,
    state: 'sending',
    bodyMd5: 'body',
    attributesMd5: null,
    personRef: null,
    sentToQueueMs: AT_MS,
    receiveCount: 1,
    isCanary: false,
    isPossibleDuplicate: false,
    groupId: null,
    fingerprint: null,
  }
}
