import { incidentName } from '#lib/domain/incident.ts'
import { maskRef } from '#lib/domain/mask-ref.ts'
import { hasRole } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import type { Subject } from '#lib/domain/finding.ts'
import type { Viewer } from '#lib/domain/viewer.ts'
import type { Tx } from '#lib/store/db.ts'
import { incidentsOfFindings } from '#lib/store/incident-findings.ts'
import type { StoredFinding } from '#lib/store/findings.ts'
import type { FindingRow } from './shared.ts'

/** Findings as the page of their subject shows them: each with the incident that it belongs to. */
export async function loadFindingRows(tx: Tx, findings: readonly StoredFinding[]): Promise<FindingRow[]> {
  const incidents = await incidentsOfFindings(
    tx,
    findings.map(({ id }) => id),
  )
  return findingRows(findings, incidents)
}

/** Findings as pages show them, in the order given; `incidents` are the numbers of those that they belong to. */
export function findingRows(
  findings: readonly StoredFinding[],
  incidents: ReadonlyMap<number, number> = new Map(),
): FindingRow[] {
  return findings.map((finding) => ({
    id: finding.id,
    detector: finding.detector,
    truth: finding.severity,
    title: finding.title,
    sinceMs: finding.sinceMs,
    openedMs: finding.openedMs,
    href: hrefOf(finding.subject),
    incident: nameOf(incidents.get(finding.id)),
    evidence: finding.evidence,
  }))
}

function nameOf(incident: number | undefined): string | null {
  return incident === undefined ? null : incidentName(incident)
}

function hrefOf(subject: Subject): string | null {
  if (subject.kind === 'queue') return routes.queue(subject.id)
  // What Sentry counted is seen in Sentry alone.
  if (subject.kind === 'service') return null
  return subject.kind === 'emails' ? routes.emails() : routes.settings()
}

/** A person's reference as this viewer may read it: operators and above in the clear. */
export function refFor(viewer: Viewer, ref: string): string {
  return canReadRefs(viewer) ? ref : maskRef(ref)
}

/** True for operators and above. */
export function canReadRefs(viewer: Viewer): boolean {
  return viewer.kind === 'person' && hasRole(viewer.role, 'operator')
}
