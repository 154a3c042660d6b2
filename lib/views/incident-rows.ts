import type { OpenIncident } from '#lib/domain/headline.ts'
import { incidentName, incidentTruth, type Incident } from '#lib/domain/incident.ts'
import { routes } from '#lib/domain/routes.ts'
import type { IncidentRow } from './incidents/contract.ts'

/** Incidents as lists show them, in the order given. */
export function incidentRows(incidents: readonly Incident[]): IncidentRow[] {
  return incidents.map((incident) => {
    const name = incidentName(incident.number)
    return {
      number: incident.number,
      name,
      title: incident.title,
      truth: incidentTruth(incident),
      state: incident.state,
      severity: incident.severity,
      sinceMs: incident.sinceMs,
      openedMs: incident.openedMs,
      resolvedMs: incident.resolvedMs,
      acknowledgedBy: incident.acknowledgedBy,
      resolvedBy: incident.resolvedBy,
      peopleAffected: incident.peopleAffected,
      waitingFor: incident.waitingFor,
      href: routes.incident(name),
    }
  })
}

/** Open incidents as sentences speak of them. One about what cannot be seen is left out: that is said with the source itself. */
export function openIncidents(incidents: readonly Incident[]): OpenIncident[] {
  return incidents
    .filter(({ isBlind }) => !isBlind)
    .map(({ number, waitingFor }) => ({ name: incidentName(number), waitingFor }))
}
