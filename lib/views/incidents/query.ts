import 'server-only'
import { incidentsHeadline } from '#lib/domain/incidents-headline.ts'
import { listIncidents, listOpenIncidents } from '#lib/store/incidents.ts'
import { incidentRows } from '#lib/views/incident-rows.ts'
import { readView, type ViewContext } from '#lib/views/read-view.ts'
import { blindOf, loadSight } from '#lib/views/source-statuses.ts'
import { incidentsView, type Incidents } from './contract.ts'

const MOST_RESOLVED = 100

/** Incidents that are open, and the latest of those that are over. */
export async function loadIncidents(context: ViewContext): Promise<Incidents> {
  const { tx, nowMs, timeZone } = context
  const [sight, open, latest] = await Promise.all([
    loadSight(context),
    listOpenIncidents(tx),
    // Open ones are among them.
    listIncidents(tx, { limit: MOST_RESOLVED }),
  ])
  const clock = { nowMs, timeZone }
  return {
    nowMs,
    headline: incidentsHeadline({ clock, open, sources: sight.statuses }),
    blind: blindOf(sight.statuses),
    open: incidentRows(open),
    resolved: incidentRows(latest.filter(({ state }) => state === 'resolved')),
  }
}

export const incidentsQuery = readView(incidentsView, (_params, context) => loadIncidents(context))
