import { counted, figure } from './count-words.ts'
import { atWords, zoneWord } from './when-words.ts'

/** How much of a queue a look read. */
export interface LookFacts {
  readonly read: number
  /** What SQS said that was there, visible and in flight; null where it was not asked. */
  readonly about: number | null
  readonly inFlight: number | null
  readonly isFifo: boolean
}

/** `read 9 988 of about 10 000 messages; 12 in flight`; `read all 412 messages`. SQS gives samples, so the words never claim more. */
export function lookWords({ read, about, inFlight, isFifo }: LookFacts): string {
  const isAll = about !== null && read >= about
  const much = isAll
    ? `read ${read === 1 ? 'the one message' : `all ${counted(read, 'message')}`}`
    : `read ${figure(read)} of about ${counted(about ?? read, 'message')}`
  return [
    much,
    ...(isAll || inFlight === null || inFlight === 0 ? [] : [`${figure(inFlight)} in flight`]),
    ...(isFifo ? ['of a FIFO queue SQS shows only the heads of its groups'] : []),
  ].join('; ')
}

/** The same with its moment, e.g. `; as of 10:31 BST`. */
export function lookWordsAt(
  facts: LookFacts & { readonly atMs: number },
  clock: { readonly nowMs: number; readonly timeZone: string },
): string {
  const at = atWords(facts.atMs, clock.nowMs, clock.timeZone).replace(/^(?:at|on) /u, '')
  return `${lookWords(facts)}; as of ${at} ${zoneWord(facts.atMs, clock.timeZone)}`
}

/** What is known of a queue before one looks into it. */
export interface LookedInto {
  readonly name: string
  readonly maxReceiveCount: number | null
  /** Where its messages go after so many receives; null for a queue whose messages stay. */
  readonly dlqName: string | null
}

/**
 * Why a look into this queue is more than a look, in two sentences; null where a receive changes nothing but a count. A person accepts it
 * beforehand.
 */
export function lookWarning({ name, maxReceiveCount, dlqName }: LookedInto): string | null {
  if (dlqName === null) return null
  const after = maxReceiveCount === null ? 'some receives' : counted(maxReceiveCount, 'receive')
  return `${name} has a redrive policy of its own: after ${after} a message moves on to ${dlqName}. A look is a receive of every message that it reads.`
}
