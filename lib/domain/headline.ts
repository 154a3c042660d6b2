import { capitalised, listed } from './count-words.ts'
import type { SourceSightState } from './source-sight-state.ts'
import { worstTruth, type Truth } from './truth.ts'
import { sinceWords } from './when-words.ts'

/** The one true sentence of a page. */
export interface Headline {
  readonly truth: Truth
  /** Plain English, without markup; times inside are in the team's zone. */
  readonly text: string
  /** The same in short, for the page title and the favicon. */
  readonly short: string
}

/** The reader's moment: what sentences need to name times. */
export interface Clock {
  readonly nowMs: number
  readonly timeZone: string
}

/** A part of a sentence: no capital forced, no full stop. */
export interface Clause {
  readonly truth: Truth
  readonly text: string
  readonly short: string
}

/** What is seen of a source, as far as sentences need it. */
export interface SourceSight {
  readonly id: string
  readonly title: string
  readonly state: SourceSightState
  readonly sinceMs: number | null
  /** What of it cannot be read while the rest answers; empty otherwise. */
  readonly parts: readonly string[]
}

/** Something that needs a hand, in words without a time: `profile-created: 6 sent, 0 processed`. */
export interface Trouble {
  readonly text: string
  readonly sinceMs: number | null
}

/** Joins clauses to the headline; the first decides what is said in short, the worst of them the state. */
export function headlineOf(first: Clause, ...others: readonly (Clause | null)[]): Headline {
  const parts = [first, ...others.filter((part) => part !== null)]
  return {
    truth: worstTruth(parts.map((part) => part.truth)),
    text: `${parts.map((part) => part.text).join('; ')}.`,
    short: first.short,
  }
}

/** The worst trouble with its time, and how many more need a look; null without any. Troubles come worst first. */
export function troubleClause(troubles: readonly Trouble[], clock: Clock): Clause | null {
  const [worst, ...others] = troubles
  if (worst === undefined) return null
  const since = worst.sinceMs === null ? '' : ` ${sinceWords(worst.sinceMs, clock.nowMs, clock.timeZone)}`
  const more = others.length === 0 ? '' : `, and ${others.length} more ${others.length === 1 ? 'needs' : 'need'} a look`
  return { truth: 'bad', text: `${worst.text}${since}${more}`, short: worst.text }
}

/** An incident that is not over, and what evidence has yet to show before it is; null before that is known. */
export interface OpenIncident {
  readonly name: string
  readonly waitingFor: string | null
}

/** Incidents that are open, for where nothing else says that something is wrong; null without any. */
export function openClause(incidents: readonly OpenIncident[]): Clause | null {
  const [first, ...others] = incidents
  if (first === undefined) return null
  if (others.length > 0) {
    const text = `${listed(incidents.map(({ name }) => name))} stay open`
    return { truth: 'healing', text, short: `${incidents.length} incidents open` }
  }
  const why = first.waitingFor === null ? '' : `: ${first.waitingFor}`
  return { truth: 'healing', text: `${first.name} stays open${why}`, short: `${first.name} open` }
}

/** What cannot be seen, since when, and whether Spillway itself is why; null when every source that is configured is read and answers. */
export function blindClause(sources: readonly SourceSight[], clock: Clock): Clause | null {
  const clauses = [notReadClause(sources, clock), failingClause(sources, clock)].filter((clause) => clause !== null)
  const [first] = clauses
  if (first === undefined) return null
  return { ...first, text: clauses.map(({ text }) => text).join(', and ') }
}

/** Spillway is at fault, and no source. */
function notReadClause(sources: readonly SourceSight[], clock: Clock): Clause | null {
  const unread = sources.filter((source) => source.state === 'not-read')
  if (unread.length === 0) return null
  const names = unread.length === askedOf(sources).length ? 'its sources' : namesOf(unread)
  return {
    truth: 'unknown',
    text: `Spillway itself has not read ${names}${whenOf(unread, clock)}`,
    short: 'Spillway does not read',
  }
}

/** Sources that are connected, and so are to be read. */
function askedOf(sources: readonly SourceSight[]): SourceSight[] {
  return sources.filter((source) => source.state !== 'not-configured')
}

function failingClause(sources: readonly SourceSight[], clock: Clock): Clause | null {
  const failing = sources.filter((source) => source.state === 'failing')
  if (failing.length === 0) return null
  const names = namesOf(failing)
  return { truth: 'unknown', text: `we cannot see ${names}${whenOf(failing, clock)}`, short: `Cannot see ${names}` }
}

function whenOf(unseen: readonly SourceSight[], clock: Clock): string {
  const since = Math.min(...unseen.map((source) => source.sinceMs ?? Infinity))
  return Number.isFinite(since) ? ` ${sinceWords(since, clock.nowMs, clock.timeZone)}` : ''
}

function namesOf(unseen: readonly SourceSight[]): string {
  return unseen.length > 3 ? `${unseen.length} sources` : listed(unseen.map(unseenName))
}

function unseenName({ title, parts }: SourceSight): string {
  if (parts.length === 0) return title
  return `${parts.length > 2 ? `${parts.length} parts` : listed(parts)} of ${title}`
}

/** The blind clause as a whole sentence. */
export function blindHeadline(blind: Clause): Headline {
  return headlineOf(
    { ...blind, text: capitalised(blind.text) },
    { truth: 'unknown', text: 'the last known state is shown', short: blind.short },
  )
}

/** What to do when none of the sources is connected; null as soon as one is. `missing` is the first step in one line. */
export function unconnectedHeadline(
  sources: readonly SourceSight[],
  missing: string | null,
  text = 'Nothing is connected yet, so nothing is known',
): Headline | null {
  if (sources.some((source) => source.state !== 'not-configured')) return null
  const step = missing === null ? '' : ` ${missing}`
  return { truth: 'unknown', text: `${text}.${step}`, short: 'Not connected' }
}
