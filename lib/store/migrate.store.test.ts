import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { emptyPostgresDatabase } from '#lib/testing/test-stores.ts'
import { openDb, type Db, type OpenOptions } from './db.ts'
import { listPartitions, PARTITIONED_TABLES } from './partitions.ts'

/** Every column, key, index and partition of the store, as the server tells them. */
async function shapeOf(db: Db): Promise<unknown> {
  const columns = await db.orm.execute(sql`
    select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
    where table_schema = 'public' order by 1, 2`)
  const indexes = await db.orm.execute(sql`
    select tablename, indexname, indexdef from pg_indexes where schemaname = 'public' order by 1, 2`)
  return { columns: columns.rows, indexes: indexes.rows }
}

async function expectMigratedTwice(options: OpenOptions): Promise<unknown> {
  const first = await openDb(options)
  const shape = await shapeOf(first)
  for (const table of PARTITIONED_TABLES) expect(await listPartitions(first.orm, table)).not.toHaveLength(0)
  await first.close()
  const second = await openDb(options)
  expect(await shapeOf(second)).toStrictEqual(shape)
  await second.close()
  return shape
}

describe('migrations', () => {
  it('apply to an empty store of either kind, change nothing the second time, and make the same tables on both', async ({
    skip,
  }) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'spillway-migrate-'))
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
    const embedded = await expectMigratedTwice({ dataDir: join(dataDir, 'made', 'on', 'the', 'way') })
    const template = inject('postgresTemplate')
    if (template.url === null) return skip('no PostgreSQL')
    const empty = await emptyPostgresDatabase(template.url)
    const postgres = await expectMigratedTwice({ databaseUrl: empty.url })
    await empty.drop()
    expect(postgres).toStrictEqual(embedded)
  })

  it('run once when several processes start on one PostgreSQL at the same time', async ({ skip }) => {
    const template = inject('postgresTemplate')
    if (template.url === null) return skip('no PostgreSQL')
    const empty = await emptyPostgresDatabase(template.url)
    const opened = await Promise.all([1, 2, 3, 4].map(() => openDb({ databaseUrl: empty.url })))
    const applied = await opened[0]?.orm.execute(
      sql`select count(distinct hash) = count(*) as "isOnce" from drizzle.__drizzle_migrations`,
    )
    expect(applied?.rows).toStrictEqual([{ isOnce: true }])
    await Promise.all(opened.map((db) => db.close()))
    await empty.drop()
  })
})
