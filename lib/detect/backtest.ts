import type { AnyDetector, DetectEvent } from './define-detector.ts'
import { openFindingLog, type TimedFinding } from './fold-findings.ts'
import { runDetectors, type SubjectState } from './run-detectors.ts'

/** What detectors would have found, and what they know at the end. */
export interface Backtested {
  /** In the order in which they were opened. */
  readonly findings: readonly TimedFinding[]
  readonly states: readonly SubjectState[]
}

/** Tells detectors a list of events as if each came by itself, with the code that runs live. */
export function backtest(detectors: readonly AnyDetector[], events: Iterable<DetectEvent>): Backtested {
  const log = openFindingLog()
  let states: readonly SubjectState[] = []
  for (const event of events) {
    const run = runDetectors(detectors, [event], states)
    states = run.states
    log.take(run.verdicts)
  }
  return { findings: log.list(), states }
}
