import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'

/**
 * Names of the queues that lose messages: those of which a leak is found, of all messages or of some, and those of which one was found in
 * an incident that is not over. A leak is over with the first message that is processed again, and messages may be stuck beside it all
 * the same.
 */
export async function listLeakingQueues(tx: Tx): Promise<ReadonlySet<string>> {
  const { rows } = await tx.execute<{ name: string }>(sql`
    select distinct finding.subject_id as name from finding
    left join incident_finding on incident_finding.finding = finding.id
    left join incident on incident.number = incident_finding.incident
    where finding.detector in ('flow-parity', 'going-round') and finding.subject_kind = 'queue'
      and (finding.closed_at is null or incident.state <> 'resolved')`)
  return new Set(rows.map(({ name }) => name))
}
