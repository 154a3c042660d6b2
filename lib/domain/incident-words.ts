import { counted, figure } from './count-words.ts'
import { durationWords } from './duration-words.ts'
import { excusedReason } from './excused-words.ts'
import { incidentName, type Incident } from './incident.ts'
import type { IncidentFigures } from './incident-figures.ts'
import type { Clock } from './headline.ts'
import { fromToWords, sinceWords } from './when-words.ts'

/** What an incident's sentence is made from besides the incident itself. */
export interface IncidentWords {
  /** What the e-mail is called, e.g. `onboarding e-mail`. */
  readonly label: string
  readonly people: IncidentFigures['people']
  /** Since when what the title says holds; the incident's own beginning without one. */
  readonly titleSinceMs?: number
  /** When what the title says ended, although the incident goes on; null or absent while it holds. */
  readonly titleEndMs?: number | null
  readonly clock: Clock
}

/**
 * The sentence of an incident, which its message says word for word:
 * `INC-7 · profile-created: 38 sent, 0 processed since 14:21 · 64 people without their onboarding e-mail`.
 */
export function incidentHeadline(incident: Incident, words: IncidentWords): string {
  const { clock, titleSinceMs = incident.sinceMs, titleEndMs = null } = words
  const when =
    titleEndMs === null
      ? sinceWords(titleSinceMs, clock.nowMs, clock.timeZone)
      : fromToWords(titleSinceMs, titleEndMs, clock.nowMs, clock.timeZone)
  const what = incident.state === 'resolved' ? `${incident.title}, ${endWords(incident)}` : `${incident.title} ${when}`
  return [incidentName(incident.number), what, peopleWords(words)].filter((part) => part !== null).join(' · ')
}

function endWords({ resolvedBy, resolvedMs, sinceMs }: Incident): string {
  const by = resolvedBy === null || resolvedBy === 'spillway' ? 'resolved' : `resolved by ${resolvedBy}`
  return resolvedMs === null ? by : `${by} after ${durationWords((resolvedMs - sinceMs) / 1000)}`
}

/** Who is without because of it: `64 people without their onboarding e-mail`; null where that is no question. */
export function peopleWords({ label, people }: Pick<IncidentWords, 'label' | 'people'>): string | null {
  const { affected, sinceIncident, excused = 0, bounced = 0 } = people
  const countable = people.countable ?? 0
  const parts = [
    namedWords(people, label),
    sinceIncident === 0 && affected > 0 && excused > 0
      ? `${counted(excused, 'person', 'people')} without, ${excusedReason({ excused, bounced })}`
      : null,
    countable > 0 ? `about ${counted(countable, 'profile')} that we can count but not name` : null,
  ].filter((part) => part !== null)
  return parts.length === 0 ? null : parts.join(', and ')
}

function namedWords(people: IncidentFigures['people'], label: string): string | null {
  const { affected, sinceIncident, excused = 0, pending = 0 } = people
  if (sinceIncident > 0 && sinceIncident < affected)
    return `${figure(sinceIncident)} of ${counted(affected, 'person', 'people')} still without their ${label}`
  if (sinceIncident > 0) return `${counted(sinceIncident, 'person', 'people')} without their ${label}`
  const healed = affected - excused - pending
  if (healed <= 0 && pending > 0)
    return `of ${counted(pending, 'person', 'people')} no ${label} is known to have gone out yet`
  if (healed <= 0) return null
  if (excused + pending > 0)
    return `${figure(healed)} of ${counted(affected, 'person', 'people')} now have their ${label}`
  return healed === 1
    ? `the one person affected has their ${label}`
    : `all ${figure(healed)} people have their ${label}`
}
