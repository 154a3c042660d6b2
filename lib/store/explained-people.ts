import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import type { OutcomeReason } from '#lib/domain/outcome.ts'
import type { Tx } from './db.ts'
import { jsonTexts } from './json-rows.ts'
import { atMoment, epochMs } from './moments.ts'
import { peopleOf, type WithoutRule } from './people-without.ts'

/** A part of the e-mails to which a cause is known to be limited. */
export interface ExplainedSegment {
  readonly dimension: 'office' | 'type' | 'domain'
  readonly value: string
}

/** Whom one finding accounts for among the people who are without. */
export interface Explained {
  /** Those who are without since then or later. */
  readonly sinceMs: number
  /** Failures that it explains. */
  readonly reasons: readonly OutcomeReason[]
  /** It explains e-mails that are overdue, and profiles without any, too. */
  readonly explainsSilence: boolean
  /** Null where it may be anybody. */
  readonly segment: ExplainedSegment | null
}

const COLUMNS: Readonly<Record<ExplainedSegment['dimension'], SQL>> = {
  office: sql`"localOffice"`,
  type: sql`"notificationType"`,
  domain: sql`domain`,
}

/** SQL over a row of `peopleOf`: one of the findings accounts for the person. */
export function isExplained(all: readonly Explained[]): SQL {
  if (all.length === 0) return sql`false`
  return sql`(${sql.join(all.map(isExplainedBy), sql` or `)})`
}

function isExplainedBy({ sinceMs, reasons, explainsSilence, segment }: Explained): SQL {
  const isOfSegment = segment === null ? sql`true` : sql`${COLUMNS[segment.dimension]} = ${segment.value}`
  return sql`(
    since >= ${atMoment(sinceMs)} and ${isOfSegment}
    and case when why = 'failed' then reason = any(${jsonTexts(reasons)}) else ${explainsSilence}::boolean end
  )`
}

/** SQL: the latest that the source said of the person is that it has no address of theirs. */
export function lacksAddress(ref: SQL): SQL {
  return sql`exists (select from source_address as said where said.ref = ${ref} and not said.has_address)`
}

/**
 * When the first was left without whom a finding accounts for, healed ones of the incident included, epoch ms; null while there is none.
 * Somebody of whom the source itself has no address was not left without by anything that broke.
 */
export async function findFirstExplained(
  tx: Tx,
  query: { readonly incident: number; readonly explained: Explained },
  rule: WithoutRule,
): Promise<number | null> {
  const { incident, explained } = query
  const { rows } = await tx.execute<{ atMs: number | null }>(sql`
    select ${epochMs(sql`min(since)`)} as "atMs" from (
      select since from (${peopleOf(rule)}) as person
      where ${isExplained([explained])} and not ${lacksAddress(sql`person.ref`)}
      union all
      select since_at from incident_person
      where incident = ${incident}::integer and since_at >= ${atMoment(explained.sinceMs)}
        and not ${lacksAddress(sql`incident_person.ref`)}
    ) as first`)
  return rows[0]?.atMs ?? null
}
