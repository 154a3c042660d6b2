import type { Finding, Subject } from '#lib/domain/finding.ts'
import { reasonLabel } from '#lib/domain/outcome-words.ts'
import { OUTCOME_REASONS, type OutcomeReason } from '#lib/domain/outcome.ts'
import { defineDetector, type DetectEvent, type Examined } from './define-detector.ts'
import { addFailure, addSuccess, CALM, type FailureWatch, type Run, usualRate, wasSeenOften } from './failure-rate.ts'

type OutcomeEvent = Extract<DetectEvent, { kind: 'outcome' }>

const SUBJECTS: readonly Subject[] = OUTCOME_REASONS.filter((reason) => reason !== 'none').map((reason) => ({
  kind: 'emails',
  id: reason,
}))

/** What an outcome says about failures of one reason; null = nothing. `isNew`: the e-mail was not counted before. */
type Verdict = { readonly isFailure: boolean; readonly isNew: boolean } | null

/**
 * Each e-mail counts once: as good when it is first accepted or delivered, as bad when its state becomes failed for this reason.
 * A bounce of an e-mail that was accepted before turns the good one bad. An e-mail that failed and was re-sent says nothing about
 * the e-mails of today: re-sends heal the past while new ones may go on failing.
 */
function judge(event: OutcomeEvent, reason: string): Verdict {
  const before = event.before?.status ?? null
  const wasCounted = before === 'accepted' || before === 'delivered' || before === 'failed'
  if (event.status === 'failed') {
    const isSame = before === 'failed' && event.before?.reason === event.reason
    if (isSame) return null
    if (event.reason === reason) return { isFailure: true, isNew: !wasCounted }
    return wasCounted ? null : { isFailure: false, isNew: true }
  }
  const isGood = event.status === 'accepted' || event.status === 'delivered'
  return isGood && !wasCounted ? { isFailure: false, isNew: true } : null
}

/** `1 in 80`, or in hundredths where that reads better. Rounded as far as an estimate can be trusted. */
function rateInWords(rate: number): string {
  if (rate > 0.2) return `${Math.round(rate * 100)} in 100`
  const every = 1 / rate
  const rounded =
    every < 20 ? Math.round(every) : every < 100 ? Math.round(every / 5) * 5 : Number(every.toPrecision(2))
  return `1 in ${rounded}`
}

function titleOf(reason: OutcomeReason, run: Run, watch: FailureWatch): string {
  const usual = wasSeenOften(watch) ? `usual is ${rateInWords(usualRate(watch))}` : 'what is usual is not known yet'
  const failed =
    run.failed === run.total
      ? `the last ${run.total} onboarding e-mails all failed`
      : `${run.failed} of the last ${run.total} onboarding e-mails failed`
  const title = `${failed} (${usual}): ${reasonLabel(reason)}`
  return title.charAt(0).toUpperCase() + title.slice(1)
}

function findingOf(subject: Subject, run: Run, watch: FailureWatch): Finding {
  const reason = OUTCOME_REASONS.find((known) => known === subject.id) ?? 'other'
  return {
    detector: 'email-failed-spike',
    subject,
    severity: 'bad',
    title: titleOf(reason, run, watch),
    sinceMs: run.sinceMs,
    evidence: {
      failed: run.failed,
      total: run.total,
      reason,
      sinceMs: run.sinceMs,
      lastFailedMs: run.lastFailedMs,
      usualRate: wasSeenOften(watch) ? Number(usualRate(watch).toPrecision(3)) : null,
    },
  }
}

/**
 * Onboarding e-mails that fail more often than usual, for each reason apart. Looks at e-mails in their order and not at hours,
 * so that it works with three a day and with a thousand. See failure-rate.ts for the test behind it.
 */
export const emailFailedSpike = defineDetector<FailureWatch>({
  id: 'email-failed-spike',
  title: 'Onboarding e-mails fail more than usual',
  rule: 'Far more onboarding e-mails fail for one reason than the history of that reason explains; three to five in a row are enough, one never is. Closes after a run of e-mails that do not fail so.',
  subjectsOf: (event) => (event.kind === 'outcome' && event.isOnboarding ? SUBJECTS : []),
  initial: () => CALM,
  examine: (state, event, subject): Examined<FailureWatch> => {
    if (event.kind !== 'outcome') return { state, finding: 'unchanged' }
    const verdict = judge(event, subject.id)
    const after =
      verdict === null ? state : verdict.isFailure ? addFailure(state, event.atMs, verdict.isNew) : addSuccess(state)
    return { state: after, finding: after.alarm === null ? null : findingOf(subject, after.alarm.run, after) }
  },
})
