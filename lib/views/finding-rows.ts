import { maskRef } from '#lib/domain/mask-ref.ts'
import { hasRole } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import type { Subject } from '#lib/domain/finding.ts'
import type { Viewer } from '#lib/domain/viewer.ts'
import type { StoredFinding } from '#lib/store/findings.ts'
import type { FindingRow } from './shared.ts'

/** Open findings as pages show them, in the order given. */
export function findingRows(findings: readonly StoredFinding[]): FindingRow[] {
  return findings.map((finding) => ({
    id: finding.id,
    detector: finding.detector,
    truth: finding.severity,
    title: finding.title,
    sinceMs: finding.sinceMs,
    openedMs: finding.openedMs,
    href: hrefOf(finding.subject),
    evidence: finding.evidence,
  }))
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
