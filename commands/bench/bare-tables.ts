import { sql } from 'drizzle-orm'
import { Client } from 'pg'
import { foldOutcome } from '#lib/domain/outcome-state.ts'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import { arrayText } from '#lib/store/array-rows.ts'
import type { Db } from '#lib/store/db.ts'
import { OUTCOME_COLUMNS, rowOfOutcome } from '#lib/store/outcome-row.ts'
import { EVENT_COLUMNS, eventRowOf } from '#lib/store/outcome-event-row.ts'

/** How the rows of a bare insert travel: as the values of one statement, as everybody writes it, or as one array a column, as the store does. */
export const BARE_KINDS = ['values', 'arrays'] as const
export type BareKind = (typeof BARE_KINDS)[number]

type Row = Readonly<Record<string, string | number | boolean | null>>

/** Rows that are ready to be stored: nothing but the insert is left to do. */
export interface BareRows {
  readonly outcomes: readonly Row[]
  readonly events: readonly Row[]
}

export function bareRowsOf(events: readonly OutcomeEvent[]): BareRows {
  return {
    outcomes: events.map((event) => rowOfOutcome(event.notificationId, foldOutcome(null, event), event.observedAtMs)),
    events: events.map((event) => ({ ...eventRowOf(event), is_backfill: true })),
  }
}

/** Makes empty tables with the columns, indexes and partitions of `outcome` and `outcome_event`; their names begin with the kind. */
export async function createBareTables(db: Db, kind: BareKind): Promise<void> {
  const { rows: partitions } = await db.orm.execute<{ name: string; bounds: string }>(sql`
    select c.relname::text as name, pg_get_expr(c.relpartbound, c.oid) as bounds
    from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'outcome_event'::regclass`)
  await db.orm.execute(sql.raw(`create table ${kind}_outcome (like outcome including all)`))
  await db.orm.execute(
    sql.raw(`create table ${kind}_outcome_event (like outcome_event including all) partition by range (at)`),
  )
  for (const { name, bounds } of partitions)
    await db.orm.execute(sql.raw(`create table ${kind}_${name} partition of ${kind}_outcome_event ${bounds}`))
}

/** Sends statements by themselves, without the store's query builder, on a session of its own where the store has several. */
export interface BareSession {
  readonly send: (text: string, values: readonly unknown[]) => Promise<void>
  readonly close: () => Promise<void>
}

export async function openBareSession({ foreign }: Db): Promise<BareSession> {
  if (foreign.kind === 'execute')
    return {
      send: async (text, values) => {
        await foreign.execute(text, values)
      },
      close: async () => {},
    }
  const client = new Client({ connectionString: foreign.databaseUrl, application_name: 'spillway' })
  await client.connect()
  return {
    send: async (text, values) => {
      await client.query(text, [...values])
    },
    close: () => client.end(),
  }
}

/** Stores the rows in one transaction, two statements, without looking at anything. */
export async function insertBare(session: BareSession, kind: BareKind, { outcomes, events }: BareRows): Promise<void> {
  await session.send('begin', [])
  await send(session, kind, 'outcome', OUTCOME_COLUMNS, outcomes)
  await send(session, kind, 'outcome_event', EVENT_COLUMNS_HELD, events)
  await session.send('commit', [])
}

const EVENT_COLUMNS_HELD: readonly (readonly [name: string, type: string])[] = [
  ...EVENT_COLUMNS,
  ['is_backfill', 'boolean'],
]

async function send(
  session: BareSession,
  kind: BareKind,
  ...[table, columns, rows]: readonly [
    table: string,
    columns: readonly (readonly [name: string, type: string])[],
    rows: readonly Row[],
  ]
): Promise<void> {
  const names = columns.map(([name]) => name).join(', ')
  const into = `insert into ${kind}_${table} (${names})`
  if (kind === 'values') {
    const places = rows.map(
      (_, at) => `(${columns.map((__, column) => `$${at * columns.length + column + 1}`).join(',')})`,
    )
    await session.send(
      `${into} values ${places.join(',')}`,
      rows.flatMap((row) => columns.map(([name]) => row[name] ?? null)),
    )
    return
  }
  const arrays = columns.map(([, type], at) => `$${at + 1}::text::${type}[]`).join(', ')
  await session.send(
    `${into} select ${names} from unnest(${arrays}) as r(${names})`,
    columns.map(([name]) => arrayText(rows, name)),
  )
}
