import type { Finding } from '#lib/domain/finding.ts'
import { defineDetector, type Examined } from './define-detector.ts'

interface DlqState {
  /** When the queue was first read with messages in it since it was last read empty; null while it is empty. */
  readonly firstSeenMs: number | null
  /** The queues that it was last known to serve; kept while messages wait, since a lost redrive policy frees none of them. */
  readonly from: readonly string[]
}

const EMPTY: DlqState = { firstSeenMs: null, from: [] }

/**
 * A dead-letter queue that holds anything. Counts visible and in-flight messages, since somebody looking at a dead letter does not
 * make it go away. Closes at a reading of zero alone: a queue that is nobody's dead-letter queue any more still holds its dead letters.
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
    const isDeadLetterQueue = event.deadLetterOf.length > 0
    if (waiting === 0 || (!isDeadLetterQueue && state.firstSeenMs === null)) return { state: EMPTY, finding: null }
    const firstSeenMs = state.firstSeenMs ?? event.atMs
    const sources = isDeadLetterQueue ? event.deadLetterOf.toSorted() : (state.from ?? [])
    const from = sources.join(', ')
    const finding: Finding = {
      detector: 'dlq-not-empty',
      subject,
      severity: 'bad',
      title: `${waiting} dead ${waiting === 1 ? 'letter waits' : 'letters wait'} in ${event.queue} (from ${from})`,
      sinceMs: firstSeenMs,
      evidence: { waiting, visible: event.visible, inFlight: event.inFlight, from, firstSeenMs },
    }
    return { state: { firstSeenMs, from: sources }, finding }
  },
})
