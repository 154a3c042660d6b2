/** What a process remembers of a redrive between its steps. Losing it costs time and nothing else. */
export interface StepMemory {
  /** Receives in a row that brought nothing to move. */
  idleReceives: number
  /** Since when nothing was brought, by `performance.now`; null while something is. */
  idleSince: number | null
  /** Failures of SQS in a row. */
  failures: number
}

export function newStepMemory(): StepMemory {
  return { idleReceives: 0, idleSince: null, failures: 0 }
}

/** Notes whether a receive brought anything to move. */
export function noteIdle(memory: StepMemory, isIdle: boolean): void {
  memory.idleReceives = isIdle ? memory.idleReceives + 1 : 0
  memory.idleSince = isIdle ? (memory.idleSince ?? performance.now()) : null
}
