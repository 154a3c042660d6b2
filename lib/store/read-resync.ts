import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import type { ResyncProof } from '#lib/domain/resync.ts'
import type { Tx } from './db.ts'
import { epochMs } from './moments.ts'
import { IS_ONBOARDING_TO_PERSON } from './people-without.ts'

export { listKnownWithoutAddress } from './known-without-address.ts'

/** What became of the people of a re-sync, by what their e-mails say now. */
export async function proveResync(tx: Tx, id: number): Promise<ResyncProof> {
  const { rows } = await tx.execute<{ [K in keyof ResyncProof]: number | string }>(sql`
    with item as (${itemsOf(id)})
    select count(*) as people, count(*) filter (where state = 'sent') as asked, count(*) filter (where got) as "withEmail",
      count(*) filter (where lacks and not got) as "withoutAddress", count(*) filter (where doubled) as "possibleDuplicates",
      count(*) filter (where state = 'skipped') as skipped, count(*) filter (where state = 'refused' and not got and not lacks and not again) as refused,
      count(*) filter (where again and not got and not lacks) as "failedAgain"
    from item`)
  const of = (key: keyof ResyncProof): number => Number(rows[0]?.[key] ?? 0)
  return {
    people: of('people'),
    asked: of('asked'),
    withEmail: of('withEmail'),
    withoutAddress: of('withoutAddress'),
    possibleDuplicates: of('possibleDuplicates'),
    skipped: of('skipped'),
    refused: of('refused'),
    failedAgain: of('failedAgain'),
  }
}

/** SQL: people of a re-sync with what became of them: `got` their e-mail since, `lacks` an address in the source. */
function itemsOf(id: number): SQL {
  return sql`
    select ref, state, problem, sending_at, is_possible_duplicate as doubled,
      exists (
        select from outcome where person_ref = ref and status in ('accepted', 'delivered')
          and order_at > sending_at and ${IS_ONBOARDING_TO_PERSON}
      ) as got,
      exists (
        select from outcome where person_ref = ref and status = 'failed' and reason = 'no_email_address'
          and order_at > sending_at and ${IS_ONBOARDING_TO_PERSON}
      ) or exists (
        select from source_address as said
        where said.ref = resync_item.ref and not said.has_address and said.told_at > sending_at
      ) as lacks,
      exists (
        select from outcome where person_ref = ref and status = 'failed' and reason <> 'no_email_address'
          and order_at > sending_at and ${IS_ONBOARDING_TO_PERSON}
      ) as again
    from resync_item where resync = ${id}::bigint`
}

/** What became of one person of a re-sync. `failed_again`: sent, and failed for another reason. `open`: asked for, and nothing was heard since. `unknown`: it is not known whether they were. */
export type ResyncEnd = 'no_address' | 'failed_again' | 'open' | 'unknown' | 'refused' | 'waiting' | 'skipped' | 'sent'

export interface ResyncPerson {
  readonly ref: string
  readonly end: ResyncEnd
  readonly askedMs: number | null
  readonly problem: string | null
}

/** People of a re-sync, those without an address first, then those who are open; those who have their e-mail last. */
export async function listResyncPeople(
  tx: Tx,
  id: number,
  page: { readonly offset: number; readonly limit: number },
): Promise<ResyncPerson[]> {
  const { rows } = await tx.execute<{ [K in keyof ResyncPerson]: ResyncPerson[K] }>(sql`
    with item as (${itemsOf(id)}), told as (
      select ref, problem, sending_at, case when got then 'sent' when lacks then 'no_address' when again then 'failed_again' when state = 'sent' then 'open'
        when state = 'sending' then 'unknown' when state = 'refused' then 'refused' when state = 'skipped' then 'skipped'
        else 'waiting' end as "end"
      from item
    )
    select ref, "end", problem, ${epochMs(sql`sending_at`)} as "askedMs" from told
    order by array_position(array['no_address', 'failed_again', 'refused', 'unknown', 'open', 'waiting', 'skipped', 'sent'], "end"), ref
    limit ${page.limit}::bigint offset ${page.offset}::bigint`)
  return rows
}
