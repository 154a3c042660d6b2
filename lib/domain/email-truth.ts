import { counted, figure } from './count-words.ts'
import type { QueueVerdict } from './queue-truth.ts'
import type { SourceSightState } from './source-sight-state.ts'

/** Everything that decides what is said of the e-mails as a stage of the flow. */
export interface EmailEvidence {
  readonly source: SourceSightState
  readonly unseenSinceMs: number | null
  /** At least one outcome is known. */
  readonly hasOutcomes: boolean
  /** An e-mail to a person failed, and nothing tells to whom. */
  readonly hasUnnamedFailure: boolean
  /** People without their e-mail who can be named; null where that is not known. */
  readonly named: number | null
  readonly namedSinceMs: number | null
  /** When the longest bad finding about e-mails began; null without one. */
  readonly findingSinceMs: number | null
}

/** What is true of the e-mails. People who are without theirs stay so until evidence ends it, seen or not. */
export function emailTruth(evidence: EmailEvidence): QueueVerdict {
  const named = evidence.named ?? 0
  if (named > 0) return { truth: 'bad', word: `${figure(named)} without`, sinceMs: evidence.namedSinceMs }
  if (evidence.findingSinceMs !== null) return { truth: 'bad', word: 'failing', sinceMs: evidence.findingSinceMs }
  if (evidence.source === 'not-configured') return { truth: 'unknown', word: 'not connected', sinceMs: null }
  if (evidence.source === 'waiting') return { truth: 'unknown', word: 'not read yet', sinceMs: null }
  if (evidence.source === 'not-read') return { truth: 'unknown', word: 'not read', sinceMs: evidence.unseenSinceMs }
  if (evidence.source === 'failing') return { truth: 'unknown', word: 'not seen', sinceMs: evidence.unseenSinceMs }
  if (!evidence.hasOutcomes) return { truth: 'unknown', word: 'no outcome yet', sinceMs: null }
  if (evidence.hasUnnamedFailure) return { truth: 'unknown', word: 'failed, not named', sinceMs: null }
  return { truth: 'ok', word: 'nobody without', sinceMs: null }
}

/** `12 failed`, or that none did. */
export function failedWords(failed: number): string {
  return failed === 0 ? 'none failed' : counted(failed, 'failed', 'failed')
}
