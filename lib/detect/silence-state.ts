import { NO_TRAFFIC, type Traffic } from './expected-traffic.ts'

/** One stream of e-mails and the present gap in it. */
export interface StreamWatch {
  readonly traffic: Traffic
  /** E-mails of the present ten minutes. */
  readonly count: number
  /** The newest e-mail, by its own time. */
  readonly lastMs: number
  /** E-mails that could be counted on since. */
  readonly missing: number
  /** E-mails an hour that the week's habit lets believe in the present hour, at the usual level; reckoned anew each hour. */
  readonly belief: number
  /** E-mails an hour that can be counted on now. */
  readonly perHour: number
}

/** Set while e-mails that should come do not, or when many came late at once. */
export interface SilenceAlarm {
  readonly segment: string
  readonly sinceMs: number
  /** E-mails that could be counted on when it was noticed. */
  readonly missing: number
  /** E-mails that came late all at once; 0 while none comes. */
  readonly late: number
}

/** What is known of the coming of e-mails. */
export interface SilenceState {
  readonly streams: Readonly<Record<string, StreamWatch>>
  /** Up to when time has been taken in; 0 before anything was. */
  readonly clockMs: number
  /** The first e-mail known. */
  readonly firstMs: number
  /** Since when e-mails would have been seen without a break. */
  readonly watchedFromMs: number
  /** The source of e-mails does not answer, so that nothing can be said. */
  readonly isBlind: boolean
  readonly alarm: SilenceAlarm | null
  /** End of the latest alarm. */
  readonly endedMs: number
  /** E-mails that came late within a few minutes: the first of them, how many, and the oldest's own time. */
  readonly late: { readonly fromMs: number; readonly count: number; readonly oldestMs: number }
}

export const ALL = 'all'

/** The state before anything was heard. */
export const UNHEARD: SilenceState = {
  streams: {},
  clockMs: 0,
  firstMs: 0,
  watchedFromMs: 0,
  isBlind: false,
  alarm: null,
  endedMs: 0,
  late: { fromMs: 0, count: 0, oldestMs: 0 },
}

export function newStream(atMs: number): StreamWatch {
  return { traffic: NO_TRAFFIC, count: 0, lastMs: atMs, missing: 0, belief: 0, perHour: 0 }
}
