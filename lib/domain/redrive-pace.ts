import { counted, figure } from './count-words.ts'

/** How fast a run goes at the moment, and since when. Counts in messages, since the start of the run. */
export interface RunPace {
  /** Messages a second. */
  readonly perSecond: number
  /** Epoch ms. */
  readonly sinceMs: number
  /** Sent, and proven to be consumed, when this rate began. */
  readonly sent: number
  readonly consumed: number
}

/** Of what a rate has sent so large a share must be known to be consumed before the rate doubles. */
const KNOWN_SHARE = 0.5

/** The rate with which a run begins; null where it has nothing to grow to, and goes as fast as it was asked from the start. */
export function firstPace({
  perSecond,
  rampFrom,
}: {
  readonly perSecond: number
  readonly rampFrom: number | null
}): number | null {
  return rampFrom === null || rampFrom >= perSecond ? null : rampFrom
}

/**
 * The next rate: twice the present one, at most what was asked, when at least half of what the present one has sent is proven to be consumed.
 * Null while it stays as it is: without evidence it does, however long that takes.
 */
export function nextPace(
  pace: RunPace,
  now: { readonly sent: number; readonly consumed: number },
  { asked, windowMs, nowMs }: { readonly asked: number; readonly windowMs: number; readonly nowMs: number },
): number | null {
  if (pace.perSecond >= asked || nowMs - pace.sinceMs < windowMs) return null
  const sent = now.sent - pace.sent
  const consumed = now.consumed - pace.consumed
  return sent > 0 && consumed >= sent * KNOWN_SHARE ? Math.min(asked, pace.perSecond * 2) : null
}

/** `1 message a second`, `0.5 messages a second`. */
export function rateWords(perSecond: number): string {
  if (!Number.isInteger(perSecond)) return `${Number(perSecond.toFixed(2))} messages a second`
  return `${counted(perSecond, 'message')} a second`
}

/** Why the rate doubles. */
export function doubledWords(pace: RunPace, now: { readonly sent: number; readonly consumed: number }): string {
  const [sent, consumed] = [now.sent - pace.sent, Math.min(now.sent - pace.sent, now.consumed - pace.consumed)]
  return `${figure(consumed)} of ${counted(sent, 'message')} sent at ${rateWords(pace.perSecond)} are known to be consumed`
}

/** How fast a run that is moving goes; null where it goes as fast as was asked. */
export function paceWords(pace: RunPace | null, asked: number): string | null {
  if (pace === null || pace.perSecond >= asked) return null
  return `It moves ${rateWords(pace.perSecond)} now, of ${figure(asked)} asked: the rate doubles each time that half of what it sent at it is known to be consumed.`
}
