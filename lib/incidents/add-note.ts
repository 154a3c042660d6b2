import 'server-only'
import type { Tx } from '#lib/store/db.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { lockIncident } from '#lib/store/incidents.ts'
import type { PersonsVerb } from './acknowledge.ts'
import type { IncidentContext } from './incident-context.ts'
import { tellIncident } from './tell-incident.ts'

/** Puts a person's words into the timeline, also of a resolved incident. Throws `not_found`. */
export async function addNote(
  tx: Tx,
  { number, by, text }: PersonsVerb & { readonly text: string },
  context: IncidentContext,
): Promise<void> {
  const incident = await lockIncident(tx, number)
  await addEntry(tx, { incident: number, atMs: context.nowMs, kind: 'note', actor: by, text, data: {} })
  await tellIncident(tx, incident, context)
}
