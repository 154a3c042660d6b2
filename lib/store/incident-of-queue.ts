import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { jsonTexts } from './json-rows.ts'

/** Number of the incident that a finding about one of the queues belongs to, of those that are not over; null for none. */
export async function findIncidentOfQueues(tx: Tx, queues: readonly string[]): Promise<number | null> {
  const { rows } = await tx.execute<{ number: number }>(sql`
    select incident.number from finding
    join incident_finding on incident_finding.finding = finding.id
    join incident on incident.number = incident_finding.incident
    where finding.subject_kind = 'queue' and finding.subject_id = any(${jsonTexts(queues)}) and incident.state <> 'resolved'
    order by incident.number desc limit 1`)
  return rows[0]?.number ?? null
}
