import { counted } from './count-words.ts'
import type { Headline } from './headline.ts'

/** What a rule did with one value, as far as its sentence needs it. */
interface Tally {
  readonly value: number
  readonly firings: readonly unknown[]
  readonly found: number
  readonly needless: number
}

export interface BacktestFacts {
  readonly days: number
  /** Readings of the time that the rule looks at: without any, that it stays silent says nothing. */
  readonly told: number
  /** Incidents that were recorded and that the rule could have found. */
  readonly recorded: number
  readonly present: Tally
  readonly tried: Tally | null
}

const noneOr = (count: number): string => (count === 0 ? 'none' : `${count}`)

/** `have fired 3 times: 1 of 2 incidents found, 2 needless`. */
function tallyWords({ firings, found, needless }: Tally, recorded: number): string {
  const fired =
    firings.length === 0
      ? 'not have fired'
      : `have fired ${firings.length === 1 ? 'once' : counted(firings.length, 'time')}`
  const judged = [
    ...(recorded === 0 ? [] : [`${found} of ${counted(recorded, 'incident')} found`]),
    ...(firings.length === 0 ? [] : [`${noneOr(needless)} needless`]),
  ]
  return judged.length === 0 ? fired : `${fired}: ${judged.join(', ')}`
}

/** The sentence of the page on which a rule is tried on the past. */
export function backtestHeadline({ days, told, recorded, present, tried }: BacktestFacts): Headline {
  if (told === 0) {
    const text = `Nothing is stored of the last ${days} days that this rule looks at, so it cannot be tried on them.`
    return { truth: 'unknown', text, short: 'Try a rule' }
  }
  const first = `In the last ${days} days this rule would ${tallyWords(present, recorded)}`
  const text = tried === null ? first : `${first}; with ${tried.value} it would ${tallyWords(tried, recorded)}`
  return { truth: 'ok', text: `${text}.`, short: 'Try a rule' }
}
