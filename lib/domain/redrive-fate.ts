import { counted, figure } from './count-words.ts'
import type { MessageFate } from './redrive.ts'
import { causeWords, type ReturnCauses } from './redrive-guard.ts'

/** What SQS counted of the destination in whole minutes, from the one of the first send on. */
export interface CountedFlow {
  /** Messages sent by anybody. */
  readonly sent: number
  /** Deletes by anybody that can be set against what was there and was sent: those before the first send are not among them. */
  readonly deleted: number
  /** Deletes by others than Spillway. */
  readonly others: number
}

/** What is known of the first messages after they were sent. */
export interface CanaryEvidence {
  /** How many they are; at least 1. */
  readonly messages: number
  /** One was met again: in the dead-letter queue, or in place after somebody else had received it. */
  readonly seenAgain: 'dlq' | 'queue' | null
  /** For how many an e-mail of the message's person was accepted or delivered after the send; each e-mail speaks for one message. */
  readonly outcomes: number
  /** Null while CloudWatch has told no whole minute. */
  readonly flow: CountedFlow | null
  /** SQS had counted no delete by anybody else for a while before. */
  readonly wasQuiet: boolean
  /** Messages of the destination just before the send; null when it could not be read. */
  readonly backlog: number | null
  /** Nothing at all is left in the destination, and the dead-letter queue was searched to its end without meeting one. */
  readonly isNowhere: boolean
}

export interface Judged {
  readonly fate: MessageFate
  /** How many of them are proven to be consumed; all, where that is their fate. */
  readonly consumed: number
  /** One sentence. */
  readonly evidence: string
}

/** The fate of a redrive's first messages: all of them were consumed, or one came back. Time alone never decides. */
export function judgeCanary(known: CanaryEvidence): Judged {
  const { messages } = known
  if (known.seenAgain !== null) {
    const consumed = Math.min(messages - 1, partlyKnown(known))
    return { fate: 'came-back', consumed, evidence: seenAgain(known.seenAgain, messages) }
  }
  const all = known.outcomes >= messages ? outcomesOf(messages) : allByDeletes(known)
  if (all !== null) return { fate: 'consumed', consumed: messages, evidence: all }
  return { fate: 'unknown', consumed: partlyKnown(known), evidence: partWords(known) }
}

/** Why the deletes that SQS counted show that all of them were consumed; null where they do not. */
function allByDeletes({ messages, flow, wasQuiet, isNowhere, backlog }: CanaryEvidence): string | null {
  if (flow === null || flow.others < messages) return null
  const deletes = `SQS counted ${counted(flow.others, 'delete')} by the consumer after ${one(messages, 'it', 'them')}`
  if (wasQuiet) return `${deletes}, and none in the time before.`
  if (isNowhere)
    return `${deletes}, and ${one(messages, 'it is neither in its', 'they are neither in their')} queue nor in the dead-letter queue.`
  const left = backlog === null ? null : backlog + flow.sent - flow.deleted
  return left !== null && left <= 0 ? `${deletes}: as many as had been in the queue and were sent since.` : null
}

/** How many are proven while that is not said of all. */
function partlyKnown(known: CanaryEvidence): number {
  return Math.max(known.outcomes, byDeletes({ ...known, sent: known.messages }, known.messages))
}

function partWords(known: CanaryEvidence): string {
  const { messages, outcomes } = known
  const proven = partlyKnown(known)
  if (proven === 0) return `Nothing has shown yet what became of ${one(messages, 'it', 'them')}.`
  const how = proven > outcomes ? 'by the deletes that SQS counted' : 'by the e-mail of the person'
  return `Of ${messages} messages ${figure(proven)} ${one(proven, 'is', 'are')} known to be processed, ${how}; nothing has shown yet what became of the others.`
}

function one(messages: number, single: string, several: string): string {
  return messages === 1 ? single : several
}

function outcomesOf(messages: number): string {
  return messages === 1
    ? 'The person’s e-mail was accepted after the message had been sent.'
    : `The e-mails of all ${messages} people were accepted after the messages had been sent.`
}

function seenAgain(where: 'dlq' | 'queue', messages: number): string {
  const what = messages === 1 ? 'It was' : `Of the first ${messages}, one was`
  return where === 'dlq'
    ? `${what} seen again in the dead-letter queue.`
    : `${what} received by the consumer and came back to the queue.`
}

/** What a run's counts prove. */
export interface RunEvidence {
  /** Messages that it sent. */
  readonly sent: number
  readonly cameBack: number
  /** First messages, once they are known to be consumed; 0 before. */
  readonly first: number
  /** Of those sent, the ones whose person got an e-mail afterwards. */
  readonly byOutcome: number
  /** Null while CloudWatch has told no whole minute of the run. */
  readonly flow: CountedFlow | null
  readonly backlog: number | null
  /** Nothing is left in the destination, and the dead-letter queue was searched to its end. */
  readonly isNowhere: boolean
}

export interface Proof {
  readonly consumed: number
  readonly cameBack: number
  readonly unknown: number
}

/**
 * What became of the messages of a run. Of those that SQS may still hold (what was there, plus what was sent, less what was deleted)
 * each is taken to be one of the run's, so that `consumed` is never more than what is proven.
 */
export function proveRun(known: RunEvidence): Proof {
  const rest = Math.max(0, known.sent - known.cameBack)
  const consumed = Math.min(rest, Math.max(known.byOutcome, known.first, byDeletes(known, rest)))
  return { consumed, cameBack: known.cameBack, unknown: rest - consumed }
}

function byDeletes(
  { flow, backlog, isNowhere, sent }: Pick<RunEvidence, 'flow' | 'backlog' | 'isNowhere' | 'sent'>,
  rest: number,
): number {
  if (flow === null) return 0
  if (isNowhere) return Math.min(rest, flow.others)
  if (backlog === null) return 0
  const left = Math.max(0, backlog + flow.sent - flow.deleted)
  return Math.min(flow.others, Math.max(0, Math.min(rest, sent - left)))
}

/** What became of all that a run sent, and of the people whom its messages name. */
export interface RunProof extends Proof {
  readonly sent: number
  /** Of those that came back: in the group by cause in which they were before, or in another. */
  readonly causes: ReturnCauses
  /** People whom the messages that did not come back name, and how many of them have had an e-mail since. */
  readonly people: { readonly named: number; readonly withEmail: number }
}

/** `500 redriven: 470 consumed, 20 came back (same cause), 10 unknown. 412 of the 430 people whom they name have had their e-mail since.` */
export function proofWords({ sent, consumed, unknown, people, ...returned }: RunProof): string {
  const fates = `${figure(sent)} redriven: ${figure(consumed)} consumed, ${returnedWords(returned)}, ${figure(unknown)} unknown.`
  return people.named === 0 ? fates : `${fates} ${peopleWords(people)}`
}

/** `20 came back (same cause)`. */
export function returnedWords({ cameBack, causes }: Pick<RunProof, 'cameBack' | 'causes'>): string {
  const cause = causeWords(causes, cameBack)
  const how = cause === null ? '' : ` (${cause.replace(/^with (the )?/, '')})`
  return `${figure(cameBack)} came back${how}`
}

/** How many of the people whom the messages name have had their e-mail. */
export function peopleWords({ named, withEmail }: RunProof['people']): string {
  if (named === 1)
    return withEmail === 1
      ? 'The one person whom they name has had their e-mail since.'
      : 'The one person whom they name has had no e-mail yet.'
  const who =
    withEmail === named
      ? `All ${figure(named)}`
      : withEmail === 0
        ? `None of the ${figure(named)}`
        : `${figure(withEmail)} of the ${figure(named)}`
  return `${who} people whom they name ${withEmail === 1 && named > 1 ? 'has' : 'have'} had their e-mail since.`
}
