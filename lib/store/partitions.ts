import 'server-only'
import { sql } from 'drizzle-orm'
import { AppError } from '#lib/domain/errors.ts'
import type { Db, Tx } from './db.ts'
import { jsonTexts } from './json-rows.ts'
import { partitionPageOf } from './partition-book.ts'

/** Tables partitioned by month (UTC) of their column `at`. */
export const PARTITIONED_TABLES = ['sample', 'outcome_event'] as const
export type PartitionedTable = (typeof PARTITIONED_TABLES)[number]

const LATEST_YEAR = 2100

/** Makes the partitions of both tables for every month from `fromMs` to `toMs`, both included; months that exist are left alone. */
export async function ensurePartitions(db: Pick<Db, 'transaction'>, fromMs: number, toMs: number): Promise<void> {
  const months: number[] = []
  for (let month = monthStart(fromMs); month <= toMs; month = nextMonth(month)) months.push(month)
  for (const table of PARTITIONED_TABLES) await db.transaction(async (tx) => ensureMonthsOf(tx, table, months))
}

/** Makes the partitions that these moments need. Inserts call it; usually it asks the database nothing. */
export async function ensureMonthsOf(tx: Tx, table: PartitionedTable, momentsMs: Iterable<number>): Promise<void> {
  const page = partitionPageOf(tx)
  const wanted = new Map<string, number>()
  for (const month of distinctMonths(momentsMs)) {
    const name = partitionName(table, month)
    if (page?.has(name) !== true) wanted.set(name, month)
  }
  if (wanted.size === 0) return
  const names = [...wanted.keys()].toSorted()
  for (const name of await missingOf(tx, names)) {
    const month = wanted.get(name)
    if (month !== undefined) await tx.transaction((inner) => createPartition(inner, table, month))
  }
  // A month that is over may be dropped by another process's retention, so only the others are worth remembering.
  for (const [name, month] of wanted) if (nextMonth(month) > Date.now()) page?.learn(name)
}

/** Drops the months that ended at or before `beforeMs`. Returns the names of the partitions dropped. */
export async function dropPartitionsBefore(
  db: Pick<Db, 'transaction' | 'orm'>,
  table: PartitionedTable,
  beforeMs: number,
): Promise<string[]> {
  const last = partitionName(table, monthStart(beforeMs))
  const old = (await listPartitions(db.orm, table)).filter((name) => name < last)
  for (const name of old) {
    await db.transaction(async (tx) => {
      // Rather tried again later than every reader queued behind this lock.
      await tx.execute(sql.raw(`set local lock_timeout = '5s'`))
      await tx.execute(sql.raw(`drop table if exists "${name}"`))
    })
  }
  return old
}

/** Names of a table's partitions, oldest first. */
export async function listPartitions(tx: Tx, table: PartitionedTable): Promise<string[]> {
  const { rows } = await tx.execute<{ name: string }>(sql`
    select c.relname::text as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ${table}::regclass order by c.relname`)
  return rows.map((row) => row.name)
}

async function missingOf(tx: Tx, names: readonly string[]): Promise<string[]> {
  const { rows } = await tx.execute<{ name: string }>(sql`
    select name from unnest(${jsonTexts(names)}) as n(name)
    where to_regclass(name) is null order by name`)
  return rows.map((row) => row.name)
}

/**
 * Made apart and then attached: attaching lets readers and writers of the table go on, "create … partition of" would stop them all.
 * The lock is the one that attaching takes anyway: one creator at a time, and only a table's lock makes this session see what another one
 * has just made ("if not exists" and an advisory lock both fail when two look at once).
 */
async function createPartition(tx: Tx, table: PartitionedTable, month: number): Promise<void> {
  const name = partitionName(table, month)
  const bounds = `from ('${momentText(month)}') to ('${momentText(nextMonth(month))}')`
  await tx.execute(sql.raw(`lock table only "${table}" in share update exclusive mode`))
  await tx.execute(
    sql.raw(`do $$ begin
      if to_regclass('${name}') is null then
        create table "${name}" (like "${table}" including all);
        alter table "${table}" attach partition "${name}" for values ${bounds};
      end if;
    end $$`),
  )
}

function distinctMonths(momentsMs: Iterable<number>): number[] {
  const months = new Set<number>()
  let start = 0
  let end = 0
  for (const moment of momentsMs) {
    if (moment >= start && moment < end) continue
    start = monthStart(moment)
    end = nextMonth(start)
    months.add(start)
  }
  return [...months]
}

function monthStart(moment: number): number {
  const date = new Date(moment)
  const year = date.getUTCFullYear()
  if (!(year >= 1970 && year <= LATEST_YEAR))
    throw new AppError('invalid_input', `at: ${moment} is not epoch milliseconds between 1970 and ${LATEST_YEAR}.`)
  return Date.UTC(year, date.getUTCMonth())
}

function nextMonth(month: number): number {
  const date = new Date(month)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
}

function partitionName(table: PartitionedTable, month: number): string {
  return `${table}_${new Date(month).toISOString().slice(0, 7).replace('-', '_')}`
}

function momentText(month: number): string {
  return `${new Date(month).toISOString().slice(0, 10)} 00:00:00+00`
}
