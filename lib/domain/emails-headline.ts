import { figure } from './count-words.ts'
import type { Headline } from './headline.ts'
import { peopleHeadline, type OverviewFacts } from './overview-headline.ts'

/**
 * The sentence of the e-mails page: as the overview's, but of e-mails and profiles only. `facts.troubles` are those of e-mails,
 * `facts.sources` the sources of e-mails and profiles; `delivered` counts the range that `rangeWords` names, e.g. `the last 24 hours`.
 */
export function emailsHeadline(facts: OverviewFacts, delivered: number, rangeWords: string): Headline {
  if (delivered === 0) return peopleHeadline(facts)
  const text = `${figure(delivered)} ${delivered === 1 ? 'was' : 'were'} delivered in ${rangeWords}`
  return peopleHeadline(facts, { truth: 'ok', text, short: text })
}
