import { eq, sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { AppError } from '#lib/domain/errors.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import type { Tx } from './db.ts'
import { mark } from './schema.ts'

const rename = (tx: Tx, from: string, to: string) =>
  tx.update(mark).set({ title: to }).where(eq(mark.title, from)).returning({ title: mark.title })

describeStores('the store', ({ db }) => {
  it('gives the same JavaScript values for raw results', async () => {
    const { rows, rowCount } = await db().orm.execute(sql`
      select 9007199254740991::bigint as big, 2::int as small, 1.5::numeric as exact, 1.5::float8 as float, true as truth,
        null::text as nothing, '{"a":[1]}'::jsonb as json, array['x','y'] as texts, array[1,2]::int[] as numbers,
        '2024-11-07 10:30:00.5+00'::timestamptz as moment, '2024-11-07'::date as day, count(*) as counted`)
    expect(rowCount).toBe(1)
    expect(rows).toStrictEqual([
      {
        big: 9007199254740991,
        small: 2,
        exact: '1.5',
        float: 1.5,
        truth: true,
        nothing: null,
        json: { a: [1] },
        texts: ['x', 'y'],
        numbers: [1, 2],
        moment: '2024-11-07 10:30:00.5+00',
        day: '2024-11-07',
        counted: 1,
      },
    ])
  })

  it('keeps what a transaction wrote, and nothing of one that threw', async () => {
    const row = { at: new Date(0), kind: 'other', service: null, version: null }
    await db().transaction(async (tx) => void (await tx.insert(mark).values({ ...row, title: 'kept' })))
    const thrown = db().transaction(async (tx) => {
      await tx.insert(mark).values({ ...row, title: 'lost' })
      throw new Error('no')
    })
    await expect(thrown).rejects.toThrow('no')
    expect((await db().orm.select().from(mark)).map(({ title }) => title)).toStrictEqual(['kept'])
  })

  it('rolls back to a savepoint alone', async () => {
    const row = { at: new Date(0), kind: 'other', service: null, version: null }
    await db().transaction(async (tx) => {
      await tx.insert(mark).values({ ...row, title: 'outer' })
      await tx
        .transaction(async (inner) => {
          await inner.insert(mark).values({ ...row, title: 'inner' })
          await inner.insert(mark).values({ ...row, title: 'inner' })
        })
        .catch(() => {})
    })
    expect((await db().orm.select().from(mark)).map(({ title }) => title)).toStrictEqual(['outer'])
  })

  it('carries out statements of a transaction that are asked for at once in the order in which they were asked', async () => {
    const row = { at: new Date(0), kind: 'other', service: null, version: null }
    const titles = await db().transaction((tx) =>
      Promise.all([
        tx.insert(mark).values({ ...row, title: 'first' }),
        rename(tx, 'first', 'second'),
        tx.execute(sql`update mark set title = 'third' where title = 'second'`),
        tx.select({ title: mark.title }).from(mark),
        rename(tx, 'third', 'fourth'),
      ]),
    )
    expect([titles[1], titles[3], titles[4]]).toStrictEqual([
      [{ title: 'second' }],
      [{ title: 'third' }],
      [{ title: 'fourth' }],
    ])
  })

  it('tells which of the statements that were asked for at once has failed', async () => {
    const failing = db().transaction((tx) =>
      Promise.all([
        Promise.all([tx.execute(sql`select 1 / 0`), tx.execute(sql`select 1`)]),
        tx.select({ title: mark.title }).from(mark),
        tx.select({ title: mark.title }).from(mark),
      ]),
    )
    await expect(failing).rejects.toThrow('division by zero')
  })

  it('keeps nothing of statements that are asked for at once when one of them fails, and goes on with the next transaction', async () => {
    const row = { at: new Date(0), kind: 'other', service: null, version: null }
    const failing = db().transaction((tx) =>
      Promise.all([
        tx.insert(mark).values({ ...row, title: 'before' }),
        tx.execute(sql`select 1 / 0`),
        tx.insert(mark).values({ ...row, title: 'behind' }),
      ]),
    )
    await expect(failing).rejects.toThrow('division by zero')
    await db().transaction((tx) => tx.insert(mark).values({ ...row, title: 'next' }))
    expect((await db().orm.select().from(mark)).map(({ title }) => title)).toStrictEqual(['next'])
  })

  it('refuses the outer handle inside a transaction instead of waiting for itself', async () => {
    await db().transaction(async (tx) => {
      await tx.execute(sql`select 1`)
      await expect(db().orm.execute(sql`select 1`)).rejects.toThrow(AppError)
      await expect(db().transaction(async () => 1)).rejects.toThrow('use the tx that it hands over')
    })
    await expect(db().orm.execute(sql`select 1`)).resolves.toBeDefined()
  })

  it('lets work that a transaction started use the outer handle after its end', async () => {
    let later: Promise<unknown> = Promise.resolve()
    const ended = Promise.withResolvers<void>()
    await db().transaction(async () => {
      later = ended.promise.then(() => db().orm.execute(sql`select 1`))
    })
    ended.resolve()
    await expect(later).resolves.toBeDefined()
  })

  it('refuses a transaction that is used after its end', async () => {
    const escaped = await db().transaction(async (tx) => ({ tx }))
    await expect(escaped.tx.execute(sql`select 1`)).rejects.toThrow('after its end')
  })

  it('throws when a failed statement was swallowed, since its commit would keep nothing', async () => {
    const swallowed = db().transaction(async (tx) => {
      await tx.execute(sql`select 1 / 0`).catch(() => {})
      return 'fine'
    })
    await expect(swallowed).rejects.toThrow('nothing was kept')
  })

  it('runs transactions side by side without mixing them', async () => {
    await db().orm.execute(sql`insert into api_call values ('2024-11-07', 's', 'o', 0)`)
    const add = (): Promise<unknown> =>
      db().transaction(async (tx) => {
        const { rows } = await tx.execute<{ count: number }>(sql`select count from api_call for update`)
        await tx.execute(sql`update api_call set count = ${(rows[0]?.count ?? 0) + 1}::bigint`)
      })
    await Promise.all(Array.from({ length: 20 }, add))
    expect((await db().orm.execute(sql`select count from api_call`)).rows).toStrictEqual([{ count: 20 }])
  })

  it('tells the database error itself, without the parameters in its message', async () => {
    const failing = db().orm.execute(sql`select ${'a.person@example.com'}::int`)
    await expect(failing).rejects.toMatchObject({ code: '22P02' })
    const error: unknown = await db()
      .orm.execute(sql`insert into token values ('a.person@example.com', null, '', '', now())`)
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: '23502' })
    expect(String(error)).not.toContain('a.person@example.com')
  })
})
