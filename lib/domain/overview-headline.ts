import { capitalised, counted } from './count-words.ts'
import {
  blindClause,
  blindHeadline,
  headlineOf,
  openClause,
  troubleClause,
  unconnectedHeadline,
  type Clause,
  type Clock,
  type Headline,
  type OpenIncident,
  type SourceSight,
  type Trouble,
} from './headline.ts'
import { peopleClause, type PeopleFacts } from './people-sentence.ts'

export interface OverviewFacts {
  readonly clock: Clock
  /** What the e-mail is called, e.g. `onboarding e-mail`. */
  readonly label: string
  readonly people: PeopleFacts
  /** What needs a hand besides people, worst first. */
  readonly troubles: readonly Trouble[]
  /** Incidents that are open, but for those about what cannot be seen; the longest first. */
  readonly incidents: readonly OpenIncident[]
  readonly sources: readonly SourceSight[]
  /** First step of connecting anything, in one line; null when something is connected. */
  readonly firstMissing: string | null
  /** The source of e-mail outcomes answers, and at least one outcome is known. */
  readonly hasOutcomes: boolean
  /** An e-mail to a person failed, and nothing tells to whom. */
  readonly hasUnnamedFailure: boolean
  /** Profiles are read, or a queue of profiles is seen to flow: nobody can be missing unseen. */
  readonly coversProfiles: boolean
}

/**
 * The sentence of the overview: people first, then what is stuck, then what cannot be seen. "Everyone" is said
 * only on positive evidence; without it the sentence says what is not known, and why.
 */
export function overviewHeadline(facts: OverviewFacts): Headline {
  return unconnectedHeadline(facts.sources, facts.firstMissing) ?? peopleHeadline(facts)
}

/**
 * The overview's sentence for the wall, where it has to fit above the tiles: with people and something unseen to say, what is stuck is left
 * to its own tile.
 */
export function wallHeadline(facts: OverviewFacts): Headline {
  const people = peopleClause(facts.people, facts.label, facts.clock)
  const blind = blindClause(facts.sources, facts.clock)
  return people !== null && blind !== null ? headlineOf(people, blind) : overviewHeadline(facts)
}

/** The overview's sentence without the case that nothing at all is connected. `calm` is added when there is nothing wrong to say. */
export function peopleHeadline(facts: OverviewFacts, calm: Clause | null = null): Headline {
  const people = peopleClause(facts.people, facts.label, facts.clock)
  const trouble = troubleClause(facts.troubles, facts.clock)
  const blind = blindClause(facts.sources, facts.clock)
  // That nothing is seen to be wrong any more is no evidence that it is over.
  const wrong = trouble ?? openClause(facts.incidents)
  // What is not seen is said even after two other things: figures told without it would pass as present ones.
  if (people !== null) return headlineOf(people, trouble, blind)
  if (wrong !== null) return headlineOf(wrong, blind ?? unknownPeople(facts))
  if (blind !== null) return blindHeadline(blind)
  const unknown = unknownPeople(facts)
  return unknown === null
    ? headlineOf(everyone(facts), calm)
    : headlineOf({ ...unknown, text: capitalised(unknown.text) })
}

function everyone(facts: OverviewFacts): Clause {
  const who = facts.coversProfiles ? 'Everyone' : 'Everyone we know of'
  return { truth: 'ok', text: `${who} has their ${facts.label}`, short: 'All well' }
}

/** Why it is not known whether everyone has their e-mail; null when it is known. */
function unknownPeople(facts: OverviewFacts): Clause | null {
  const why = whyUnknown(facts)
  if (why === null) return null
  return {
    truth: 'unknown',
    text: `we do not know yet whether everyone has their ${facts.label}: ${why}`,
    short: 'Not known yet',
  }
}

function whyUnknown({ sources, hasOutcomes, hasUnnamedFailure, label }: OverviewFacts): string | null {
  const outcomes = sources.find((source) => source.id === 'email-outcomes')
  if (outcomes === undefined || outcomes.state === 'not-configured')
    return `the source “${outcomes?.title ?? 'E-mail outcomes'}” is not connected`
  const waiting = sources.filter((source) => source.state === 'waiting')
  const first = waiting.find((source) => source.id === outcomes.id) ?? waiting[0]
  if (first !== undefined) {
    const others = waiting.length === 1 ? '' : ` and ${counted(waiting.length - 1, 'other')}`
    return `“${first.title}”${others} ${waiting.length === 1 ? 'has' : 'have'} not been read yet`
  }
  if (!hasOutcomes) return `no outcome of any ${label} has come yet`
  return hasUnnamedFailure ? `one ${label} failed that names nobody` : null
}
