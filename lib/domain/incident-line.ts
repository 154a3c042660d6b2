import { counted } from './count-words.ts'
import { incidentName, incidentTruth, type Incident } from './incident.ts'

/** Named at most; a line that nobody can read across a room names nothing. */
const MOST_NAMED = 2

/**
 * Open incidents in one short line, for people who stand together before a board: `INC-7: nobody has acknowledged it`. Incidents about what
 * cannot be seen are left out, since the sentence says so, and so are names of people. Null when there is none.
 */
export function incidentLine(open: readonly Incident[]): string | null {
  const seen = open.filter((incident) => incidentTruth(incident) !== 'unknown')
  if (seen.length === 0) return null
  const named = seen.slice(0, MOST_NAMED).map((incident) => `${incidentName(incident.number)}: ${careWords(incident)}`)
  const rest = seen.length - named.length
  return [...named, ...(rest === 0 ? [] : [`and ${counted(rest, 'more incident')}`])].join(' · ')
}

function careWords(incident: Incident): string {
  if (incidentTruth(incident) === 'healing') return 'being healed'
  return incident.state === 'open' ? 'nobody has acknowledged it' : 'acknowledged'
}
