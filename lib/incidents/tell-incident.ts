import 'server-only'
import { cardOf, storyMessageOf, TOLD_KINDS } from '#lib/domain/incident-card.ts'
import { incidentName, type Incident } from '#lib/domain/incident.ts'
import type { Tx } from '#lib/store/db.ts'
import { entryMessageKey, listUntoldEntries } from '#lib/store/incident-entries.ts'
import { insertSnapshot } from '#lib/store/incident-snapshots.ts'
import { enqueue, hasRootMessage } from '#lib/store/outbox.ts'
import { readIncidentFigures } from '#lib/store/read-incident-figures.ts'
import type { IncidentContext } from './incident-context.ts'

/**
 * Freezes an incident's figures and puts what is to be told of it into the outbox: its message or the change of it, and replies for the
 * entries that have none yet. Last step of every verb, in its transaction. Where no channel is set up, only the figures are frozen.
 */
export async function tellIncident(tx: Tx, incident: Incident, context: IncidentContext): Promise<void> {
  const figures = await insertSnapshot(tx, incident.number, await readIncidentFigures(tx, incident, context))
  if (context.settings.slack === undefined) return
  const { number, version } = incident
  const isFirst = !(await hasRootMessage(tx, number, 'slack'))
  const row = { incident: number, channel: 'slack', atMs: context.nowMs } as const
  const payload = cardOf(incident, figures)
  const name = incidentName(number)
  if (isFirst) await enqueue(tx, { ...row, kind: 'root', dedupeKey: `${name}:root`, payload })
  else await enqueue(tx, { ...row, kind: 'update', dedupeKey: `${name}:update:${version}`, payload })
  await tellEntries(tx, incident, context)
}

/** Puts a reply into the outbox for each entry of an incident that has none; returns how many there were. */
export async function tellEntries(tx: Tx, incident: Incident, { settings, nowMs }: IncidentContext): Promise<number> {
  if (settings.slack === undefined) return 0
  const entries = await listUntoldEntries(tx, incident.number, TOLD_KINDS)
  for (const entry of entries)
    await enqueue(tx, {
      incident: incident.number,
      channel: 'slack',
      kind: 'thread',
      dedupeKey: entryMessageKey(incident.number, entry.id),
      payload: storyMessageOf(incident.number, entry),
      atMs: nowMs,
    })
  return entries.length
}
