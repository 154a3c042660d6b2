import { BOUNCE_REASONS, OUTCOME_REASONS, type OutcomeReason } from '#lib/domain/outcome.ts'
import type { Finding } from '#lib/domain/finding.ts'
import type { Explained, ExplainedSegment } from '#lib/store/explained-people.ts'

const BY_LOST_MESSAGES: readonly OutcomeReason[] = ['no_email_address', 'missed_schedule', 'other']
const BOUNCES: readonly string[] = BOUNCE_REASONS

/**
 * The findings that say what an incident is about. A bounce or a complaint takes an address and an e-mail that went out: beside messages that
 * are lost, or addresses that are missing, it has another cause, and neither its people nor its beginning are those of the incident.
 */
export function mainFindings<F extends Pick<Finding, 'subject'>>(findings: readonly F[]): readonly F[] {
  const others = findings.filter((finding) => !isOfBounces(finding))
  return others.some(({ subject }) => subject.kind === 'queue' || subject.kind === 'emails') ? others : findings
}

/** Whether e-mails that went out and came back are what was found. */
export function isOfBounces({ subject }: Pick<Finding, 'subject'>): boolean {
  return subject.kind === 'emails' && BOUNCES.includes(subject.id)
}

/**
 * Whom a finding accounts for; null for one that leaves nobody without by itself. Messages that are not processed explain e-mails without an
 * address, missed and overdue ones, and people of whom nothing is heard; failed e-mails those of their own reason and segment.
 */
export function explainedBy({
  subject,
  evidence,
  sinceMs,
}: Pick<Finding, 'subject' | 'evidence' | 'sinceMs'>): Explained | null {
  if (subject.kind === 'queue') return { sinceMs, reasons: BY_LOST_MESSAGES, explainsSilence: true, segment: null }
  const reasons = OUTCOME_REASONS.filter((reason) => subject.kind === 'emails' && reason === subject.id)
  return reasons.length === 0
    ? null
    : { sinceMs, reasons, explainsSilence: false, segment: segmentOf(evidence['segment']) }
}

/** `office:Thames Valley`. New profiles, and whatever else is no column of an e-mail, limit nothing. */
function segmentOf(told: unknown): ExplainedSegment | null {
  const [, dimension, value] = /^(office|type|domain):(.+)$/su.exec(typeof told === 'string' ? told : '') ?? []
  if (value === undefined) return null
  return dimension === 'office' || dimension === 'type' || dimension === 'domain' ? { dimension, value } : null
}
