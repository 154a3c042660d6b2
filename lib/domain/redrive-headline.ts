import { counted, figure, listed } from './count-words.ts'
import type { Headline } from './headline.ts'
import {
  firstWords,
  redriveName,
  shareOfPlan,
  totalWords,
  type MessageFate,
  type RedriveMode,
  type RedriveState,
} from './redrive.ts'
import { missedWords, type MissedMessages } from './redrive-missed.ts'
import { selectionWords, type RedriveSelection } from './redrive-selection.ts'
import { transformWords, type RedriveTransform } from './redrive-transform.ts'
import { peopleWords, returnedWords, type RunProof } from './redrive-fate.ts'
import type { Truth } from './truth.ts'

/** What a redrive's sentence is made from. Counts in messages. */
export interface RedriveFacts {
  readonly id: number
  readonly mode: RedriveMode
  readonly state: RedriveState
  /** Labels of the queues. */
  readonly source: string
  readonly destination: string
  readonly selection: RedriveSelection
  readonly transform: RedriveTransform
  /** About how many it will move; null where that is not known. */
  readonly aboutMessages: number | null
  /** Most that it was to move; null for all. */
  readonly mostMessages: number | null
  readonly moved: number
  /** Messages that go first. */
  readonly canaryMessages: number
  /** What of its list it did not move, and what it left for a hold; null where nothing was missed. */
  readonly missed: MissedMessages | null
  readonly canaryFate: MessageFate
  /** Why it is in its state; null where the state says it all. */
  readonly reason: string | null
  /** A person ended it, not Spillway. */
  readonly isEndedByPerson: boolean
  readonly proof: RunProof | null
}

/** The one sentence of a redrive. What is over is good only as far as every message's fate is known. */
export function redriveHeadline(facts: RedriveFacts): Headline {
  const name = redriveName(facts.id)
  return { truth: redriveTruth(facts), text: `${name} ${sentence(facts)}`, short: `${name} ${shortWords(facts)}` }
}

/** `healing` while it works; once over, `ok` when all was consumed, `bad` when messages came back, `unknown` when nobody knows. */
export function redriveTruth(
  facts: Pick<
    RedriveFacts,
    'state' | 'isEndedByPerson' | 'proof' | 'aboutMessages' | 'mostMessages' | 'moved' | 'missed'
  >,
): Truth {
  if (facts.state === 'planned' || facts.state === 'paused') return 'muted'
  if (facts.state === 'stopped') return facts.isEndedByPerson ? 'muted' : 'bad'
  if (facts.state !== 'done') return 'healing'
  if (facts.proof === null || facts.proof.unknown > 0 || isShort(facts) || notMet(facts) > 0) return 'unknown'
  return facts.proof.cameBack > 0 ? 'bad' : 'ok'
}

function shortWords(facts: RedriveFacts): string {
  const first = firstWords(facts.canaryMessages)
  const words: Readonly<Record<RedriveState, string>> = {
    planned: 'planned',
    canary: `tries ${first}`,
    waiting: `waits for ${first}`,
    running: 'moves messages',
    paused: 'paused',
    stopped: 'stopped',
    verifying: 'moved all',
    done: isShort(facts) ? 'ended short' : 'done',
  }
  return words[facts.state]
}

/** It did not move all of its list. */
function isShort({ missed }: Pick<RedriveFacts, 'missed'>): boolean {
  return missed !== null && missed.count > 0
}

function sentence(facts: RedriveFacts): string {
  const { state, moved, reason } = facts
  const total = totalWords(facts)
  const of = total === null ? '' : `, ${total}`
  const first = firstWords(facts.canaryMessages)
  switch (state) {
    case 'planned':
      return `would move ${planned(facts)}. Nothing has moved yet.`
    case 'canary':
      return `tries ${first} first: ${road(facts)}.`
    case 'waiting':
      return waitingWords(facts)
    case 'running':
      return `is moving messages: ${figure(moved)} so far${of}.`
    case 'paused':
      return `is paused with ${counted(moved, 'message')} moved${of}. ${reason ?? ''}`.trimEnd()
    case 'verifying':
      return `has moved ${counted(moved, 'message')} and is learning what became of them. ${missedIn(facts)}`.trimEnd()
    case 'stopped':
      return `stopped ${facts.isEndedByPerson ? '' : 'by itself '}with ${counted(moved, 'message')} moved. ${reason ?? ''}`.trimEnd()
    case 'done':
      return doneWords(facts)
  }
}

/** What is proven of the first messages, as the figures say it, and what is waited for. */
function waitingWords(facts: RedriveFacts): string {
  const { moved, canaryMessages, proof } = facts
  const sent = moved > 0 ? moved : canaryMessages
  const { consumed = 0, cameBack = 0 } = proof ?? {}
  const has = `has sent ${firstWords(sent)}`
  const rest = sent - consumed - cameBack
  if (cameBack > 0) return `${has} first: ${figure(cameBack)} came back. Nothing else moves.`
  if (consumed === 0)
    return `${has} and waits for evidence of ${sent === 1 ? 'its fate' : 'the fate of each'}; nothing else moves until then.`
  if (rest <= 0) {
    const follow = (shareOfPlan({ ...facts, moved: sent }) ?? 0) < 1 ? ', and the others follow' : ''
    return `${has} first: ${sent === 1 ? 'it is' : 'all are'} known to be consumed${follow}.`
  }
  const known = `${figure(consumed)} ${consumed === 1 ? 'is' : 'are'} known to be consumed`
  return `${has} first: ${known}, and it waits for evidence of ${rest === 1 ? 'the other one' : `the other ${figure(rest)}`}; nothing else moves until then.`
}

/** SQS counts roughly: a difference up to this share of what was there says nothing. */
const ROUGH_SHARE = 0.1
const ROUGH_LEAST = 5

/** About how many that were there at the plan it never met; 0 where the difference may be SQS's rough counting. */
function notMet({
  aboutMessages,
  mostMessages,
  moved,
}: Pick<RedriveFacts, 'aboutMessages' | 'mostMessages' | 'moved'>): number {
  if (aboutMessages === null) return 0
  const missing = Math.min(aboutMessages, mostMessages ?? Infinity) - moved
  return missing > Math.max(ROUGH_LEAST, aboutMessages * ROUGH_SHARE) ? missing : 0
}

function doneWords(facts: RedriveFacts): string {
  const { proof, moved, reason } = facts
  if (moved === 0 || proof === null) return `has ended without moving anything. ${reason ?? ''}`.trimEnd()
  const parts = [
    `${figure(proof.consumed)} consumed`,
    ...(proof.cameBack === 0 ? [] : [returnedWords(proof)]),
    ...(proof.unknown === 0 ? [] : [`${figure(proof.unknown)} unknown`]),
  ]
  const missing = isShort(facts) ? 0 : notMet(facts)
  const rest =
    missing === 0
      ? ` ${missedIn(facts)}`.trimEnd()
      : ` About ${figure(missing)} more were there when it was planned and it did not meet them: they were processed, moved to a dead-letter queue or expired meanwhile, or are still there.`
  const people = proof.people.named === 0 ? '' : ` ${peopleWords(proof.people)}`
  const is = isShort(facts) ? 'has ended short of its list' : 'is done'
  return `${is}: of ${counted(moved, 'message')}${isShort(facts) ? ' that it moved' : ''}, ${listed(parts)}.${rest}${people}`
}

function missedIn({ missed, selection }: Pick<RedriveFacts, 'missed' | 'selection'>): string {
  return missedWords(missed, selection.messageIds?.length ?? null) ?? ''
}

function planned(facts: RedriveFacts): string {
  const which = selectionWords(facts.selection)
  if (which !== null) {
    const about =
      facts.selection.messageIds === null && facts.aboutMessages !== null
        ? `, about ${figure(facts.aboutMessages)},`
        : ''
    return `${which}${about} ${road(facts)}`
  }
  const about = facts.aboutMessages === null ? 'the messages' : `about ${counted(facts.aboutMessages, 'message')}`
  return `${about} ${road(facts)}`
}

function road({ mode, source, destination, transform }: RedriveFacts): string {
  const way = mode === 'in-place' ? `of ${source} in place` : `from ${source} to ${destination}`
  return `${way}, ${transformWords(transform)}`
}
