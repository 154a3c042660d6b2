import 'server-only'
import type { Incident } from '#lib/domain/incident.ts'
import { OUTCOME_REASONS, type OutcomeReason } from '#lib/domain/outcome.ts'
import type { Tx } from '#lib/store/db.ts'
import type { JoinedFinding } from '#lib/store/incident-findings.ts'
import {
  addAffected,
  countAffected,
  healAffected,
  type AffectedCount,
  type Affecting,
} from '#lib/store/incident-people.ts'
import { withoutRuleOf } from '#lib/store/without-rule.ts'
import { affectedFromMs } from './affected-from.ts'
import type { IncidentContext } from './incident-context.ts'

/** Brings the people of an incident up to date: who became without, and who has their e-mail now. */
export async function countPeopleOf(
  tx: Tx,
  incident: Pick<Incident, 'number' | 'sinceMs'>,
  findings: readonly JoinedFinding[],
  context: IncidentContext,
): Promise<AffectedCount> {
  const rule = withoutRuleOf(context)
  const fromMs = await affectedFromMs(tx, incident, findings, context)
  await addAffected(tx, { ...affectingOf(findings), incident: incident.number, sinceMs: fromMs }, rule)
  await healAffected(tx, incident.number, rule)
  return countAffected(tx, incident.number)
}

/**
 * Whom the incident accounts for. Messages that are not processed explain e-mails without an address, missed and overdue ones, and people
 * of whom nothing is heard; they do not explain a bounce or a complaint, which take an address and an e-mail that went out. Those
 * count where failures of just that reason are a finding of the incident.
 */
function affectingOf(findings: readonly JoinedFinding[]): Pick<Affecting, 'reasons' | 'explainsSilence'> {
  const isOfQueues = findings.some(({ subject }) => subject.kind === 'queue')
  const found = new Set(findings.flatMap(({ subject }) => (subject.kind === 'emails' ? [subject.id] : [])))
  const reasons = OUTCOME_REASONS.filter((reason) => found.has(reason) || (isOfQueues && BY_LOST_MESSAGES.has(reason)))
  return { reasons, explainsSilence: isOfQueues }
}

const BY_LOST_MESSAGES: ReadonlySet<OutcomeReason> = new Set(['no_email_address', 'missed_schedule', 'other'])
