import type { Settings } from '#lib/config/settings.ts'
import type { Clock } from '#lib/domain/headline.ts'

/** What every verb works with besides its transaction. */
export interface IncidentContext {
  readonly settings: Settings
  readonly nowMs: number
}

/** The moment and the zone in which the team's messages name times. */
export function clockOf({ settings, nowMs }: IncidentContext): Clock {
  return { nowMs, timeZone: settings.team.timeZone }
}
