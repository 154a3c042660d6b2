import type { Finding } from '#lib/domain/finding.ts'
import { gapWords } from '#lib/domain/gap-words.ts'
import { defineDetector, type Examined } from './define-detector.ts'

const LEAST_WINDOW_MS = 10_000

/** Nothing is remembered: each event carries how long the silence has lasted. */
type SilenceState = Readonly<Record<string, never>>

/** How long a source may be silent before it is said: two of its intervals, at least 10 s. In ms. */
export function silenceWindowMs(everySeconds: number): number {
  return Math.max(LEAST_WINDOW_MS, everySeconds * 2000)
}

/**
 * A source that has told nothing for two of its intervals. What it feeds is then unknown, which is neither good nor bad.
 * The finding begins at the last good reading and closes at the first answer.
 */
export const sourceSilent = defineDetector<SilenceState>({
  id: 'source-silent',
  title: 'Spillway cannot see',
  rule: 'A source has given no answer for two of its intervals (at least 10 seconds). Closes when it answers.',
  subjectsOf: (event) => (event.kind === 'source' ? [{ kind: 'source', id: event.source }] : []),
  initial: () => ({}),
  examine: (state, event, subject): Examined<SilenceState> => {
    if (event.kind !== 'source') return { state, finding: 'unchanged' }
    if (event.isOk) return { state, finding: null }
    const sinceMs = event.failingSinceMs ?? event.atMs
    if (event.atMs - sinceMs < silenceWindowMs(event.everySeconds)) return { state, finding: 'unchanged' }
    const why = event.reason === null ? 'it has not been read' : gapWords(event.reason)
    const finding: Finding = {
      detector: 'source-silent',
      subject,
      severity: 'unknown',
      title: `We cannot see ${event.title}: ${why}`,
      sinceMs,
      evidence: { source: event.source, reason: event.reason, sinceMs, everySeconds: event.everySeconds },
    }
    return { state, finding }
  },
})
