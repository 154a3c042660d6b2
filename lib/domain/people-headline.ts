import { capitalised, counted } from './count-words.ts'
import {
  blindClause,
  blindHeadline,
  headlineOf,
  unconnectedHeadline,
  type Clock,
  type Headline,
  type SourceSight,
} from './headline.ts'
import { filterWords, isWaiting, STATE_LABELS, type PeopleFilter, type PeopleState } from './people-filter.ts'

interface ListFacts {
  readonly filter: PeopleFilter
  readonly people: number
  /** What the e-mail is called. */
  readonly label: string
  readonly clock: Clock
  readonly sources: readonly SourceSight[]
  readonly firstMissing: string | null
  /** At least one onboarding e-mail's outcome is known. */
  readonly hasOutcomes: boolean
}

/** The sentence of a list of people: how many there are, and what they have in common. */
export function peopleHeadline(facts: ListFacts): Headline {
  const { filter, people, label, clock, sources } = facts
  const missing = unconnectedHeadline(sources, facts.firstMissing, 'Nothing is known of people and their e-mails yet')
  if (missing !== null && !facts.hasOutcomes && people === 0) return missing
  const blind = blindClause(sources, clock)
  // What is not seen cannot be said to be nobody.
  if (people === 0 && blind !== null) return blindHeadline(blind)
  if (people === 0 && !facts.hasOutcomes && isWaiting(filter.state))
    return {
      truth: 'unknown',
      text: 'No outcome of an e-mail has arrived yet, so nobody is known.',
      short: 'Not known',
    }
  const narrowed = filterWords(filter).slice(STATE_LABELS[filter.state].length).replace(/^, /u, ': ')
  const who = counted(people, PHRASES[filter.state][0], PHRASES[filter.state][1]).replace('{label}', label)
  const text = people === 0 ? `Nobody ${NOBODY[filter.state].replace('{label}', label)}` : capitalised(who)
  const truth = people > 0 && isWaiting(filter.state) ? 'bad' : 'ok'
  return headlineOf(
    { truth, text: `${text}${narrowed}`, short: people === 0 ? 'Nobody' : counted(people, 'person', 'people') },
    blind,
  )
}

const PHRASES: Readonly<Record<PeopleState, readonly [one: string, many: string]>> = {
  without: ['person is without their {label}', 'people are without their {label}'],
  failed: ['person has a failed {label}', 'people have a failed {label}'],
  overdue: ['person has an overdue {label}', 'people have an overdue {label}'],
  none: ['person has no {label} at all', 'people have no {label} at all'],
  recovered: ['person has their {label} after it failed', 'people have their {label} after it failed'],
  delivered: ['person has their {label} delivered', 'people have their {label} delivered'],
  accepted: ['person has their {label} handed over', 'people have their {label} handed over'],
  scheduled: ['person has their {label} scheduled', 'people have their {label} scheduled'],
}

const NOBODY: Readonly<Record<PeopleState, string>> = {
  without: 'that Spillway knows by name is without their {label}',
  failed: 'has a failed {label}',
  overdue: 'has an overdue {label}',
  none: 'that Spillway knows is left without any {label}',
  recovered: 'has their {label} after a failure',
  delivered: 'has their {label} delivered',
  accepted: 'has their {label} handed over',
  scheduled: 'has their {label} scheduled',
}
