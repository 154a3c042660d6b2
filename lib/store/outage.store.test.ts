import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresProblem, startPostgres, type PostgresServer } from '#lib/testing/postgres-server.ts'
import { isStoreUnavailable, openDb, type Db } from './db.ts'

const isOff = process.env.SPILLWAY_TEST_PG === 'off' || postgresProblem() !== null

describe.skipIf(isOff)('a PostgreSQL that goes away', () => {
  let server: PostgresServer | null = null
  let db: Db | null = null

  const running = (): { server: PostgresServer; db: Db } => {
    if (server === null || db === null) throw new Error('not started')
    return { server, db }
  }

  beforeAll(async () => {
    server = await startPostgres()
    db = await openDb({ databaseUrl: server.url })
  })

  afterAll(async () => {
    await db?.close()
    await server?.stop()
  })

  it('makes every call say so, and heals by itself when it is back', async () => {
    const { server: postgres, db: store } = running()
    // Several idle connections in the pool: each one meets the loss.
    await Promise.all(Array.from({ length: 5 }, () => store.orm.execute(sql`select pg_sleep(0.05)`)))
    await postgres.stop()
    const failed = await store.orm.execute(sql`select 1`).catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'store_unavailable' })
    expect(isStoreUnavailable(new Error('wrapped', { cause: failed }))).toBe(true)
    await expect(store.transaction(async () => 1)).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(openDb({ databaseUrl: postgres.url })).rejects.toMatchObject({ code: 'store_unavailable' })
    await postgres.restart()
    expect((await store.orm.execute(sql`select 1 as one`)).rows).toStrictEqual([{ one: 1 }])
  })

  it('loses the transaction that it interrupts as a whole, and tells it', async () => {
    const { server: postgres, db: store } = running()
    const interrupted = store.transaction(async (tx) => {
      await tx.execute(sql`insert into api_call values ('2024-11-07', 's', 'interrupted', 1)`)
      await postgres.stop()
      await tx.execute(sql`insert into api_call values ('2024-11-07', 's', 'after', 1)`)
    })
    await expect(interrupted).rejects.toMatchObject({ code: 'store_unavailable' })
    await postgres.restart()
    expect((await store.orm.execute(sql`select * from api_call`)).rows).toStrictEqual([])
  })

  it('cannot be reached anew while it is frozen, and answers again when it is thawed', async () => {
    const { server: postgres } = running()
    const url = await postgres.createDatabase()
    postgres.pause()
    await expect(openDb({ databaseUrl: url })).rejects.toMatchObject({ code: 'store_unavailable' })
    postgres.resume()
    const store = await openDb({ databaseUrl: url })
    await store.close()
  })

  it('is not mistaken for a fault in a statement', async () => {
    const { db: store } = running()
    const fault = await store.orm.execute(sql`select 1 / 0`).catch((error: unknown) => error)
    expect(isStoreUnavailable(fault)).toBe(false)
    const gone = openDb({ databaseUrl: running().server.url.replace(/[^/]+$/u, 'no-such-database') })
    await expect(gone).rejects.toMatchObject({ code: 'not_configured' })
  })
})
