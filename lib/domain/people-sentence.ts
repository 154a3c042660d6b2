import { counted, figure } from './count-words.ts'
import type { Clause, Clock } from './headline.ts'
import { reasonPhrase } from './outcome-words.ts'
import { sinceWords } from './when-words.ts'

/** People by the definition of "without", as far as the sentence needs them; null where the source behind a figure is not connected. */
export interface PeopleFacts {
  readonly named: number | null
  readonly byFailure: number | null
  readonly byOverdue: number | null
  readonly byNoNotification: number | null
  /** Profiles that can be counted but not named; null where there is nothing to count. */
  readonly countable: number | null
  /** When the person longest without began to be so. */
  readonly sinceMs: number | null
  /** Reasons of the failures that are open, each once. */
  readonly openReasons: readonly string[]
  /** How many of the named are without since the present break began; null where no break is known. */
  readonly sinceBreak: { readonly count: number; readonly sinceMs: number } | null
}

/** Who is without their e-mail; null when nobody is known to be. `label` is what the e-mail is called. */
export function peopleClause(people: PeopleFacts, label: string, clock: Clock): Clause | null {
  const named = people.named ?? 0
  const countable = people.countable ?? 0
  if (named === 0) return countable === 0 ? null : onlyCountable(countable, people, label, clock)
  const who = `${counted(named, 'person is', 'people are')} without their ${label}`
  const also = countable === 0 ? '' : `, and about ${counted(countable, 'profile')} that we can count but not name`
  return {
    truth: 'bad',
    text: `${who}${cause(people, named)}${begin(people, named, clock)}${also}`,
    short: countable === 0 ? `${figure(named)} without` : `${figure(named)} and about ${figure(countable)} without`,
  }
}

function onlyCountable(countable: number, people: PeopleFacts, label: string, clock: Clock): Clause {
  const verb = countable === 1 ? 'is' : 'are'
  const since =
    people.sinceBreak === null ? '' : ` ${sinceWords(people.sinceBreak.sinceMs, clock.nowMs, clock.timeZone)}`
  return {
    truth: 'bad',
    text: `About ${counted(countable, 'profile')} that we can count but not name ${verb} without their ${label}${since}`,
    short: `About ${figure(countable)} without`,
  }
}

/** What all of them have in common; nothing is said when causes differ. */
function cause(people: PeopleFacts, named: number): string {
  const all = named === 1 ? ', ' : ', all '
  if (people.byOverdue === named) return `${all}overdue`
  if (people.byNoNotification === named) return `${all}with no notification at all`
  const [reason, ...others] = people.openReasons
  const isOne = people.byFailure === named && reason !== undefined && others.length === 0
  return isOne ? `${all}${reasonPhrase(reason)}` : ''
}

function begin(people: PeopleFacts, named: number, clock: Clock): string {
  const words = (atMs: number): string => sinceWords(atMs, clock.nowMs, clock.timeZone)
  const { sinceBreak } = people
  if (sinceBreak !== null && sinceBreak.count > 0)
    return sinceBreak.count >= named
      ? `, ${words(sinceBreak.sinceMs)}`
      : `, ${figure(sinceBreak.count)} of them ${words(sinceBreak.sinceMs)}`
  if (people.sinceMs === null) return ''
  return named === 1 ? `, ${words(people.sinceMs)}` : `, the first ${words(people.sinceMs)}`
}
