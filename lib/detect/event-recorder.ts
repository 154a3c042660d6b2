import { defineDetector, type AnyDetector, type DetectEvent } from './define-detector.ts'

/** Keeps what detectors are told, in the order in which it was committed. */
export interface EventRecorder {
  /** Goes among the detectors that run live. Its id comes first, so that its lock orders the transactions of all. */
  readonly detector: AnyDetector
  /** What was committed up to now. */
  list(): readonly DetectEvent[]
}

/**
 * A recorder of events. The place of the next one is its stored state: what a transaction told that was rolled back is overwritten by what came
 * instead. Ticks before the first other event are not kept; no detector has a subject then.
 */
export function createEventRecorder(): EventRecorder {
  const events: DetectEvent[] = []
  const detector = defineDetector<{ readonly next: number }>({
    id: '0-recorder',
    title: 'Recorder',
    rule: 'Keeps what detectors are told. Finds nothing.',
    isTimed: true,
    subjectsOf: () => [{ kind: 'source', id: 'recorder' }],
    initial: () => ({ next: 0 }),
    examine: ({ next }, event) => {
      events.length = next
      events.push(event)
      return { state: { next: next + 1 }, finding: 'unchanged' }
    },
  })
  return { detector, list: () => events }
}
