import 'server-only'
import { sql } from 'drizzle-orm'
import type { ResyncProof } from '#lib/domain/resync.ts'
import type { Tx } from './db.ts'
import { IS_ONBOARDING_TO_PERSON } from './people-without.ts'

export { listKnownWithoutAddress } from './known-without-address.ts'

/** What became of the people of a re-sync, by what their e-mails say now. */
export async function proveResync(tx: Tx, id: number): Promise<ResyncProof> {
  const { rows } = await tx.execute<{ [K in keyof ResyncProof]: number | string }>(sql`
    with item as (
      select ref, state, is_possible_duplicate as doubled,
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
        ) as lacks
      from resync_item where resync = ${id}::bigint
    )
    select count(*) as people, count(*) filter (where state = 'sent') as asked, count(*) filter (where got) as "withEmail",
      count(*) filter (where lacks and not got) as "withoutAddress", count(*) filter (where doubled) as "possibleDuplicates"
    from item`)
  const of = (key: keyof ResyncProof): number => Number(rows[0]?.[key] ?? 0)
  return {
    people: of('people'),
    asked: of('asked'),
    withEmail: of('withEmail'),
    withoutAddress: of('withoutAddress'),
    possibleDuplicates: of('possibleDuplicates'),
  }
}
