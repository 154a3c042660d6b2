import { counted, figure } from './count-words.ts'
import type { Truth } from './truth.ts'

/** `RS-3`: short and sayable. */
export function resyncName(id: number): string {
  return `RS-${id}`
}

/** The number of `RS-3`, in any case; null for a text that names no re-sync. */
export function resyncNumber(name: string): number | null {
  const digits = /^rs-([1-9]\d{0,14})$/i.exec(name)?.[1]
  return digits === undefined ? null : Number(digits)
}

/** `planned`: the list is frozen, nobody was asked for. `paused` and `stopped`: by a person. `done`: everybody was asked for. */
export const RESYNC_STATES = ['planned', 'running', 'paused', 'stopped', 'done'] as const
export type ResyncState = (typeof RESYNC_STATES)[number]
export type ResyncVerb = 'start' | 'pause' | 'resume' | 'stop'

export const RESYNC_STATE_WORDS: Readonly<Record<ResyncState, string>> = {
  planned: 'planned, nobody was asked for yet',
  running: 'under way',
  paused: 'paused',
  stopped: 'stopped',
  done: 'all asked for',
}

const TRANSITIONS: Readonly<Record<ResyncState, Partial<Readonly<Record<ResyncVerb, ResyncState>>>>> = {
  planned: { start: 'running', stop: 'stopped' },
  running: { pause: 'paused', stop: 'stopped' },
  paused: { resume: 'running', stop: 'stopped' },
  stopped: {},
  done: {},
}

/** The state that a verb leads to; null when it cannot be done in this state. */
export function nextResyncState(state: ResyncState, verb: ResyncVerb): ResyncState | null {
  return TRANSITIONS[state][verb] ?? null
}

/** By which a person's data are asked for: a message to a queue, or a call to an address. */
export type ResyncWay = 'sqs' | 'http'

const PLACE = '{ref}'

/**
 * The body for one person. Inside a JSON template the reference is written as JSON text, so that no reference can change what is asked for.
 */
export function renderResyncBody(template: string, ref: string): string {
  return template.replaceAll(PLACE, JSON.stringify(ref).slice(1, -1))
}

/** The message group for one person: what SQS allows, at most 128 characters. */
export function renderResyncGroup(template: string, ref: string): string {
  return template
    .replaceAll(PLACE, ref)
    .replaceAll(/[^A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/g, '_')
    .slice(0, 128)
}

/** The address for one person; null for a reference that would lead out of its place, however it is written: dots alone go up the path. */
export function renderResyncUrl(template: string, ref: string): string | null {
  return /^\.{1,2}$/u.test(ref) ? null : template.replaceAll(PLACE, encodeURIComponent(ref))
}

/** For so long SQS drops a repeat with the same deduplication id. */
export const DEDUPLICATION_MS = 5 * 60_000

/** What became of the people of a re-sync. Each person is counted once. */
export interface ResyncProof {
  readonly people: number
  readonly asked: number
  /** Their e-mail was accepted or delivered after they were asked for. */
  readonly withEmail: number
  /** Asked for, and their e-mail failed again for want of an address: the source has none. */
  readonly withoutAddress: number
  readonly possibleDuplicates: number
  /** Had their e-mail by the time it started, and were not asked for. */
  readonly skipped: number
  /** What is asked refused for good. */
  readonly refused: number
  /** Their e-mail went out and failed again since, for another reason than a missing address. */
  readonly failedAgain: number
}

/** The proof in one sentence: `1 110 of 1 150 sent since; 40 still have no address in the source`. */
export function resyncProofWords(proof: ResyncProof): string {
  const { people, withEmail, withoutAddress, skipped, refused, failedAgain } = proof
  const open = people - withEmail - withoutAddress - skipped - refused - failedAgain
  const parts = [
    `${figure(withEmail)} of ${figure(people)} sent since`,
    withoutAddress === 0
      ? null
      : `${figure(withoutAddress)} still ${withoutAddress === 1 ? 'has' : 'have'} no address in the source`,
    failedAgain === 0 ? null : `${figure(failedAgain)} failed again`,
    skipped === 0 ? null : `${figure(skipped)} had theirs before they were asked for`,
    refused === 0 ? null : `${figure(refused)} could not be asked for`,
    open === 0 ? null : `${figure(open)} ${open === 1 ? 'is' : 'are'} still open`,
  ]
  return parts.filter((part) => part !== null).join('; ')
}

/** Asking is only half of it: it is good once everybody's end is known. */
export function resyncTruth(state: ResyncState, proof: ResyncProof): Truth {
  if (state === 'planned' || state === 'stopped') return 'muted'
  return proof.withEmail + proof.withoutAddress + proof.skipped + proof.failedAgain >= proof.people ? 'ok' : 'healing'
}

/** One line: `37 people asked for again: 35 have their e-mail, 2 have no address in the source, 0 are still open`; `12 of 37 people …` meanwhile. */
export function resyncWords({ people, asked, withEmail, withoutAddress }: ResyncProof): string {
  const open = people - withEmail - withoutAddress
  const who =
    asked < people ? `${figure(asked)} of ${counted(people, 'person', 'people')}` : counted(people, 'person', 'people')
  return `${who} asked for again: ${figure(withEmail)} have their e-mail, ${figure(withoutAddress)} have no address in the source, ${figure(open)} are still open`
}
