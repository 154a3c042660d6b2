import type { Logger } from 'pino'

/** Says a problem when it begins, when it changes and when it is over, however often it is met in between. */
export interface ChangeLog {
  /** `detail` goes to the log with the first line only; no secrets, no personal data. */
  problem(subject: string, message: string, detail?: unknown): void
  well(subject: string): void
}

export function createChangeLog(log: Pick<Logger, 'warn' | 'info'>): ChangeLog {
  const known = new Map<string, string>()
  return {
    problem: (subject, message, detail) => {
      if (known.get(subject) === message) return
      known.set(subject, message)
      log.warn({ subject, err: detail }, message)
    },
    well: (subject) => {
      if (known.delete(subject)) log.info({ subject }, 'well again')
    },
  }
}
