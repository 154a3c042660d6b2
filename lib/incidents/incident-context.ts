import type { Settings } from '#lib/config/settings.ts'
import type { Clock } from '#lib/domain/headline.ts'
import type { WithoutRule } from '#lib/store/people-without.ts'

/** What every verb works with besides its transaction. */
export interface IncidentContext {
  readonly settings: Settings
  readonly nowMs: number
}

/** When somebody counts as without, by the settings. Profiles count where their source is configured. */
export function withoutRuleOf({ settings, nowMs }: IncidentContext): WithoutRule {
  return {
    nowMs,
    withoutAfterMs: settings.emails.withoutAfterMinutes * 60_000,
    overdueAfterMs: settings.emails.overdueAfterMinutes * 60_000,
    hasProfiles: settings.sources.profiles !== undefined,
  }
}

/** The moment and the zone in which the team's messages name times. */
export function clockOf({ settings, nowMs }: IncidentContext): Clock {
  return { nowMs, timeZone: settings.team.timeZone }
}
