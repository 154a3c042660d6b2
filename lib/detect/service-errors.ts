import { counted, figure } from '#lib/domain/count-words.ts'
import type { Finding, Subject } from '#lib/domain/finding.ts'
import { LEAST_ERRORS, mostUsual } from '#lib/domain/service-truth.ts'
import { defineDetector, type DetectEvent, type Examined } from './define-detector.ts'

interface ErrorsState {
  /** First minute of the errors that are held to be too many; null while they are usual. */
  readonly sinceMs: number | null
}

type ErrorsEvent = Extract<DetectEvent, { kind: 'errors' }>

/** Begins well above what is usual and ends where it is usual again, so that a count between the two does not come and go. */
function sinceOf(state: ErrorsState, { errors, usualErrors, firstMs, atMs }: ErrorsEvent): number | null {
  if (errors < LEAST_ERRORS || usualErrors === null) return null
  const most = mostUsual(usualErrors)
  if (state.sinceMs !== null) return errors > most ? state.sinceMs : null
  return errors > 2 * most ? (firstMs ?? atMs) : null
}

function findingOf(subject: Subject, { errors, usualErrors }: ErrorsEvent, sinceMs: number): Finding {
  const usual = Math.round((usualErrors ?? 0) * 10) / 10
  return {
    detector: 'service-errors',
    subject,
    severity: 'bad',
    title: `${subject.id}: ${counted(errors, 'error')} in the last hour, usually ${figure(usual)}`,
    sinceMs,
    evidence: { service: subject.id, errors, usualErrors: usual, sinceMs },
  }
}

/** A service of the flow that reports far more errors to Sentry than it usually does. What is not read says nothing: see source-silent. */
export const serviceErrors = defineDetector<ErrorsState>({
  id: 'service-errors',
  title: 'A service reports more errors than usual',
  rule: `A service of the flow reported at least ${LEAST_ERRORS} errors in an hour, and more than twice as many as a usual hour of its last week can hold. Closes when an hour is usual again.`,
  subjectsOf: (event) => (event.kind === 'errors' ? [{ kind: 'service', id: event.service }] : []),
  initial: () => ({ sinceMs: null }),
  examine: (state, event, subject): Examined<ErrorsState> => {
    if (event.kind !== 'errors') return { state, finding: 'unchanged' }
    const sinceMs = sinceOf(state, event)
    return { state: { sinceMs }, finding: sinceMs === null ? null : findingOf(subject, event, sinceMs) }
  },
})
