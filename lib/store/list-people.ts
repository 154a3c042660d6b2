import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import { isWaiting, type PeopleFilter } from '#lib/domain/people-filter.ts'
import type { OutcomeReason } from '#lib/domain/outcome.ts'
import type { Tx } from './db.ts'
import { epochMs } from './moments.ts'
import { reasonOf } from './outcome-row.ts'
import { peopleOfFilter, unnamedOfFilter } from './people-of-filter.ts'
import type { WithoutRule } from './people-without.ts'

/** A person of a list, by the e-mail of theirs that put them there. */
export interface ListedPerson {
  readonly ref: string
  /** `failed`, `overdue`, `no_notification`, or the state that the filter asks for. */
  readonly why: string
  readonly reason: OutcomeReason | null
  readonly rawDetail: string | null
  readonly notificationType: string | null
  readonly localOffice: string | null
  readonly domain: string | null
  /** How many e-mails of theirs the filter holds; 0 for a profile without any. */
  readonly emails: number
  /** When they began to be without; else the last change of their e-mail. */
  readonly sinceMs: number
  /** Re-syncs that asked for their data, and when the latest did; null while none has. */
  readonly asked: number
  readonly askedMs: number | null
}

export interface PeopleCount {
  readonly people: number
  /** E-mails behind them: one person can have several. */
  readonly emails: number
  /** E-mails in the same state that name no person, or went to an office. */
  readonly unnamed: number
}

export async function countPeople(tx: Tx, filter: PeopleFilter, rule: WithoutRule): Promise<PeopleCount> {
  const { rows } = await tx.execute<{ [K in keyof PeopleCount]: number }>(sql`
    select count(*) as people, coalesce(sum(emails), 0)::float8 as emails, (${unnamedOfFilter(filter, rule)}) as unnamed
    from (${peopleOfFilter(filter, rule)}) as person`)
  return rows[0] ?? { people: 0, emails: 0, unnamed: 0 }
}

/** A page of the people: those who wait longest first; of sent e-mails the latest first. */
export async function listPeople(
  tx: Tx,
  filter: PeopleFilter,
  rule: WithoutRule,
  page: { readonly offset: number; readonly limit: number },
): Promise<ListedPerson[]> {
  const order = isWaiting(filter.state) ? sql`since, ref` : sql`since desc, ref`
  return readRows(
    tx,
    sql`select * from (${peopleOfFilter(filter, rule)}) as found order by ${order}
      limit ${page.limit}::bigint offset ${page.offset}::bigint`,
    order,
  )
}

/** People in the order of their references, from the one behind `after` on: for a list that is read to its end while it changes. */
export async function listPeopleAfter(
  tx: Tx,
  filter: PeopleFilter,
  rule: WithoutRule,
  page: { readonly after: string; readonly limit: number },
): Promise<ListedPerson[]> {
  return readRows(
    tx,
    sql`select * from (${peopleOfFilter(filter, rule)}) as found where ref > ${page.after} order by ref
      limit ${page.limit}::bigint`,
    sql`ref`,
  )
}

/** References of all people of the filter. */
export async function listPeopleRefs(tx: Tx, filter: PeopleFilter, rule: WithoutRule): Promise<string[]> {
  const { rows } = await tx.execute<{ ref: string }>(
    sql`select ref from (${peopleOfFilter(filter, rule)}) as person order by ref`,
  )
  return rows.map(({ ref }) => ref)
}

async function readRows(tx: Tx, found: SQL, order: SQL): Promise<ListedPerson[]> {
  const { rows } = await tx.execute<Omit<ListedPerson, 'reason'> & { reason: string | null }>(sql`
    select ref, why, reason, "rawDetail", "notificationType", "localOffice", domain, emails, ${epochMs(sql`since`)} as "sinceMs",
      coalesce(tried.times, 0) as asked, ${epochMs(sql`tried.latest`)} as "askedMs"
    from (${found}) as person
    left join lateral (
      select count(*)::int as times, max(coalesce(sent_at, sending_at)) as latest from resync_item
      where resync_item.ref = person.ref and state in ('sent', 'sending')
    ) as tried on true
    order by ${order}`)
  return rows.map((row) => ({
    ...row,
    reason: row.reason === null || row.reason === 'none' ? null : reasonOf(row.reason),
  }))
}
