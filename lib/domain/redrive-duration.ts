import { figure } from './count-words.ts'
import { durationWords } from './duration-words.ts'
import { firstPace, rateWords } from './redrive-pace.ts'
import type { RedriveWay } from './redrive.ts'

/** What decides how long a redrive takes. */
export interface DurationFacts {
  readonly way: RedriveWay
  /** About how many there are to move; null where SQS did not tell. */
  readonly aboutMessages: number | null
  /** Most that are moved; null for all. */
  readonly mostMessages: number | null
  readonly canaryMessages: number
  /** Messages a second that were asked. */
  readonly perSecond: number
  /** Messages a second with which it goes on after the first ones; null for those that were asked. */
  readonly rampFrom: number | null
  /** Seconds for which each rate is kept at least while it grows. */
  readonly windowSeconds: number
}

/** `about 12 min at 5 messages a second, after the first 10 are proven`. Says what is not foreseen: how long a proof takes. */
export function takesWords(facts: DurationFacts): string {
  const { way, perSecond, canaryMessages } = facts
  const messages = Math.min(facts.aboutMessages ?? Infinity, facts.mostMessages ?? Infinity)
  if (!Number.isFinite(messages)) return 'not known: how many messages go is not known'
  if (way === 'move-task') return `${roughWords(messages / perSecond)} at ${rateWords(perSecond)}, by SQS’s own task`
  const rest = messages - canaryMessages
  if (rest <= 0) return 'until the fate of each is known by evidence: no more than the first messages go'
  const proven = canaryMessages === 1 ? 'the first one is proven' : `the first ${figure(canaryMessages)} are proven`
  const about = roughWords(secondsAtBest(rest, facts))
  return firstPace(facts) === null
    ? `${about} at ${rateWords(perSecond)}, after ${proven}`
    : `${about} after ${proven}, and longer where the evidence by which the rate doubles comes late`
}

/** No more exact than an estimate can be. */
function roughWords(seconds: number): string {
  if (seconds < 1) return 'less than 1 s'
  return `about ${durationWords(seconds < 600 ? seconds : Math.round(seconds / 60) * 60)}`
}

/** Seconds for so many messages where each rate is doubled as soon as it may be. */
function secondsAtBest(
  messages: number,
  facts: Pick<DurationFacts, 'perSecond' | 'rampFrom' | 'windowSeconds'>,
): number {
  const { perSecond, windowSeconds } = facts
  let rate = firstPace(facts) ?? perSecond
  let [left, seconds] = [messages, 0]
  while (rate < perSecond && left > rate * windowSeconds) {
    left -= rate * windowSeconds
    seconds += windowSeconds
    rate = Math.min(perSecond, rate * 2)
  }
  return seconds + left / rate
}
