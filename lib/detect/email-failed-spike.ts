import type { Finding, Subject } from '#lib/domain/finding.ts'
import { OUTCOME_REASONS } from '#lib/domain/outcome.ts'
import { defineDetector, type AnyDetector, type DetectEvent, type Examined } from './define-detector.ts'
import { CALM, isUsualKnown, type FailureAlarm, type FailureState } from './failure-state.ts'
import { failureTitle } from './failure-words.ts'
import { segmentKeys } from './segments.ts'
import { watchFailures } from './watch-failures.ts'

type OutcomeEvent = Extract<DetectEvent, { kind: 'outcome' }>

const SUBJECTS: readonly Subject[] = OUTCOME_REASONS.filter((reason) => reason !== 'none').map((reason) => ({
  kind: 'emails',
  id: reason,
}))

/** What a team may set. */
export interface FailureTuning {
  /** How much surer than usual one must be before it is said: 3 pages less and later, 0.3 sooner and more. */
  readonly caution: number
}

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

function findingOf(subject: Subject, state: FailureState, alarm: FailureAlarm): Finding {
  const reason = OUTCOME_REASONS.find((known) => known === subject.id) ?? 'other'
  const usual = isUsualKnown(state) ? alarm.usual.rate : null
  const { run, segment, worsened } = alarm
  return {
    detector: 'email-failed-spike',
    subject,
    severity: 'bad',
    title: failureTitle(reason, alarm, usual),
    sinceMs: run.sinceMs,
    evidence: {
      failed: run.failed,
      total: run.total,
      reason,
      segment: segment === 'all' ? null : segment,
      sinceMs: run.sinceMs,
      lastFailedMs: run.lastFailedMs,
      usualRate: usual === null ? null : Number(usual.toPrecision(3)),
      worsened: worsened === 0 ? null : worsened,
    },
  }
}

/** A state that an older version stored knows nothing that this one could use: it begins anew. */
function isOwn(state: unknown): state is FailureState {
  return state !== null && typeof state === 'object' && 'segments' in state && 'drift' in state && 'recent' in state
}

/**
 * Onboarding e-mails that fail more often than usual, for each reason apart, over all of them and in each segment. Looks at e-mails in
 * their order, so that it works with three a day and with a thousand. failure-odds.ts has the test behind it.
 */
export function failedSpikes({ caution }: FailureTuning): AnyDetector {
  return defineDetector<FailureState>({
    id: 'email-failed-spike',
    title: 'Onboarding e-mails fail more than usual',
    rule: 'More onboarding e-mails fail for one reason than history explains, over all or in one segment (new trainees, an office, a type, a mail domain); two to five in a row are enough, one never is. Closes after a run of e-mails that do not fail so.',
    subjectsOf: (event) => (event.kind === 'outcome' && event.isOnboarding ? SUBJECTS : []),
    initial: () => CALM,
    examine: (given, event, subject): Examined<FailureState> => {
      const state = isOwn(given) ? given : CALM
      if (event.kind !== 'outcome') return { state, finding: 'unchanged' }
      const verdict = judge(event, subject.id)
      if (verdict === null)
        return { state, finding: state.alarm === null ? null : findingOf(subject, state, state.alarm) }
      const segments = segmentKeys(event.segments)
      const after = watchFailures(state, {
        atMs: event.atMs,
        seenMs: event.seenMs,
        sentMs: event.sentMs,
        reason: subject.id,
        segments,
        caution,
        ...verdict,
      })
      return { state: after, finding: after.alarm === null ? null : findingOf(subject, after, after.alarm) }
    },
  })
}

/** The same at the usual caution. */
export const emailFailedSpike = failedSpikes({ caution: 1 })
