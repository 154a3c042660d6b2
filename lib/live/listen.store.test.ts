import { expect, test, vi } from 'vitest'
import { notify } from '#lib/store/notify.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { listen } from './listen.ts'

describeStores('listening', ({ db, kind }) => {
  const databaseUrl = (): string => {
    const { foreign } = db()
    if (foreign.kind !== 'url') throw new Error('this store has no address')
    return foreign.databaseUrl
  }

  test.runIf(kind === 'postgresql')('hears what is notified, and says when it may have missed something', async () => {
    const payloads: string[] = []
    const onConnect = vi.fn()
    const onLost = vi.fn()
    const listening = listen({
      databaseUrl: databaseUrl(),
      channel: 'test_live',
      onPayload: (payload) => payloads.push(payload),
      onConnect,
      onLost,
    })
    try {
      await expect.poll(() => onConnect).toHaveBeenCalledTimes(1)
      await notify(db().orm, 'test_live', 'one')
      await expect.poll(() => payloads).toEqual(['one'])
      await cutOff(databaseUrl())
      await expect.poll(() => onConnect).toHaveBeenCalledTimes(2)
      expect(onLost).toHaveBeenCalledTimes(1)
      await notify(db().orm, 'test_live', 'two')
      await expect.poll(() => payloads).toEqual(['one', 'two'])
    } finally {
      await listening.close()
    }
    await notify(db().orm, 'test_live', 'three')
    expect(payloads).toHaveLength(2)
  })

  test.runIf(kind === 'postgresql')('a notification of a transaction that is rolled back is never heard', async () => {
    const payloads: string[] = []
    const onConnect = vi.fn()
    const listening = listen({
      databaseUrl: databaseUrl(),
      channel: 'test_live',
      onPayload: (payload) => payloads.push(payload),
      onConnect,
      onLost: () => {},
    })
    try {
      await expect.poll(() => onConnect).toHaveBeenCalled()
      const undone = db().transaction(async (tx) => {
        await notify(tx, 'test_live', 'undone')
        throw new Error('rolled back')
      })
      await expect(undone).rejects.toThrow('rolled back')
      await notify(db().orm, 'test_live', 'kept')
      await expect.poll(() => payloads).toEqual(['kept'])
    } finally {
      await listening.close()
    }
  })
})

/** Ends the connections that listen, as a restarted server would. */
async function cutOff(databaseUrl: string): Promise<void> {
  const { Client } = await import('pg')
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'spillway live' and datname = current_database()`)
  await client.end()
}
