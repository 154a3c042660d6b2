import 'server-only'
import type { Incident } from '#lib/domain/incident.ts'
import type { Tx } from '#lib/store/db.ts'
import { findFirstExplained } from '#lib/store/explained-people.ts'
import type { JoinedFinding } from '#lib/store/incident-findings.ts'
import { withoutRuleOf } from '#lib/store/without-rule.ts'
import { explainedBy, mainFindings } from './explained-by.ts'
import { holdingFindings } from './holding-findings.ts'
import type { IncidentContext } from './incident-context.ts'

/**
 * When an incident began, epoch ms: with the first of what it is about, never later than it was noticed. A run of failed e-mails may begin with
 * one that failed for a reason of its own, since nobody knew better then.
 */
export async function beganMs(
  tx: Tx,
  incident: Pick<Incident, 'number' | 'sinceMs' | 'openedMs'>,
  findings: readonly JoinedFinding[],
  context: IncidentContext,
): Promise<number> {
  const holding = holdingFindings(findings)
  const main = mainFindings(holding)
  const begins = await Promise.all(main.map((finding) => beginOf(tx, incident.number, finding, context)))
  const beganAt = Math.min(...begins)
  const isOtherwise = main.length < holding.length || main.some(({ sinceMs }, index) => begins[index] !== sinceMs)
  return isOtherwise ? Math.min(incident.openedMs, beganAt) : Math.min(incident.sinceMs, beganAt)
}

/** When a finding began as far as its people show it. */
export async function beginOf(
  tx: Tx,
  incident: number,
  finding: JoinedFinding,
  context: IncidentContext,
): Promise<number> {
  const explained = explainedBy(finding)
  if (finding.subject.kind !== 'emails' || explained === null) return finding.sinceMs
  return (await findFirstExplained(tx, { incident, explained }, withoutRuleOf(context))) ?? finding.sinceMs
}
