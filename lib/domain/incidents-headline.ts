import { counted } from './count-words.ts'
import { blindClause, headlineOf, type Clause, type Clock, type Headline, type SourceSight } from './headline.ts'
import { incidentName, incidentTruth, type Incident } from './incident.ts'
import { worstTruth } from './truth.ts'
import { sinceWords } from './when-words.ts'

export interface IncidentsFacts {
  readonly clock: Clock
  /** The longest first. */
  readonly open: readonly Incident[]
  readonly sources: readonly SourceSight[]
}

/** The sentence above the list of incidents. That none is open is good news only as far as Spillway sees. */
export function incidentsHeadline({ clock, open, sources }: IncidentsFacts): Headline {
  const blind = blindClause(sources, clock)
  if (open.length === 0) return headlineOf({ truth: 'ok', text: 'No incident is open', short: 'No incident' }, blind)
  const truth = worstTruth(open.map(incidentTruth))
  return headlineOf(openClause(open, truth, clock), blind)
}

function openClause(open: readonly Incident[], truth: Clause['truth'], clock: Clock): Clause {
  const [first] = open
  const count = `${counted(open.length, 'incident is', 'incidents are')} open`
  if (first === undefined) return { truth, text: count, short: count }
  const name = incidentName(first.number)
  const since = sinceWords(first.sinceMs, clock.nowMs, clock.timeZone)
  const words =
    open.length === 1 ? `${name} is open ${since}: ${first.title}` : `${count}, the longest ${name} ${since}`
  return { truth, text: words, short: open.length === 1 ? `${name} open` : `${open.length} incidents` }
}
