import type { AnyDetector, DetectEvent } from './define-detector.ts'
import { openFindingLog, type TimedFinding } from './fold-findings.ts'
import { runDetectors, type SubjectState } from './run-detectors.ts'

/** What detectors would have found, and what they know at the end. */
export interface Backtested {
  /** In the order in which they were opened. */
  readonly findings: readonly TimedFinding[]
  readonly states: readonly SubjectState[]
}

/** Detectors that are told events as if each came by itself, with the code that runs live. */
export interface Backtest {
  tell(event: DetectEvent): void
  result(): Backtested
}

export function startBacktest(detectors: readonly AnyDetector[]): Backtest {
  const log = openFindingLog()
  let states: readonly SubjectState[] = []
  return {
    tell: (event) => {
      const run = runDetectors(detectors, [event], states)
      states = run.states
      log.take(run.verdicts)
    },
    result: () => ({ findings: log.list(), states }),
  }
}

/** The same for a list of events. */
export function backtest(detectors: readonly AnyDetector[], events: Iterable<DetectEvent>): Backtested {
  const test = startBacktest(detectors)
  for (const event of events) test.tell(event)
  return test.result()
}
