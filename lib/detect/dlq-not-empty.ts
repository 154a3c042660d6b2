import type { Finding } from '#lib/domain/finding.ts'
import { defineDetector, type Examined } from './define-detector.ts'

interface DlqState {
  /** When the queue was first read with messages in it since it was last read empty; null while it is empty. */
  readonly firstSeenMs: number | null
}

const EMPTY: DlqState = { firstSeenMs: null }

/**
 * A dead-letter queue that holds anything. Counts visible and in-flight messages, since somebody looking at a dead letter does not
 * make it go away. Closes at a reading of zero, and when the queue is no longer anybody's dead-letter queue.
 */
export const dlqNotEmpty = defineDetector<DlqState>({
  id: 'dlq-not-empty',
  title: 'Dead letters wait',
  rule: 'A dead-letter queue holds at least one message. Closes when it is read empty.',
  subjectsOf: (event) => (event.kind === 'depth' ? [{ kind: 'queue', id: event.queue }] : []),
  initial: () => EMPTY,
  examine: (state, event, subject): Examined<DlqState> => {
    if (event.kind !== 'depth') return { state, finding: 'unchanged' }
    const waiting = event.visible + event.inFlight
    if (event.deadLetterOf.length === 0 || waiting === 0) return { state: EMPTY, finding: null }
    const firstSeenMs = state.firstSeenMs ?? event.atMs
    const from = [...event.deadLetterOf].sort().join(', ')
    const finding: Finding = {
      detector: 'dlq-not-empty',
      subject,
      severity: 'bad',
      title: `${waiting} dead ${waiting === 1 ? 'letter waits' : 'letters wait'} in ${event.queue} (from ${from})`,
      sinceMs: firstSeenMs,
      evidence: { waiting, visible: event.visible, inFlight: event.inFlight, from, firstSeenMs },
    }
    return { state: { firstSeenMs }, finding }
  },
})
