import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { jsonTexts } from './json-rows.ts'
import { atMoment } from './moments.ts'
import { IS_ONBOARDING_TO_PERSON } from './people-without.ts'

/**
 * Which of the references have no e-mail address in the source. Either the source itself said so at `fixedMs` or later, or their data was
 * asked for again since then, by a re-sync of the incident, and after that their e-mail failed once more for want of an address.
 */
export async function listKnownWithoutAddress(
  tx: Tx,
  query: { readonly incident: number; readonly refs: readonly string[]; readonly fixedMs: number },
): Promise<string[]> {
  const { rows } = await tx.execute<{ ref: string }>(sql`
    select item.ref from resync_item as item join resync on resync.id = item.resync
    where resync.incident = ${query.incident}::integer and item.ref = any(${jsonTexts(query.refs)})
      and item.sent_at >= ${atMoment(query.fixedMs)}
      and exists (
        select from outcome
        where person_ref = item.ref and status = 'failed' and reason = 'no_email_address'
          and order_at >= item.sent_at and ${IS_ONBOARDING_TO_PERSON}
      )
    union
    select ref from source_address
    where ref = any(${jsonTexts(query.refs)}) and not has_address and told_at >= ${atMoment(query.fixedMs)}
    order by ref`)
  return rows.map(({ ref }) => ref)
}
