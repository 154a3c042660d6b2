import type { Settings } from '#lib/config/settings.ts'
import type { WithoutRule } from './people-without.ts'

/** When somebody counts as without at a moment, by the settings. Profiles count where their source is configured. */
export function withoutRuleOf({
  settings,
  nowMs,
}: {
  readonly settings: Settings
  readonly nowMs: number
}): WithoutRule {
  return {
    nowMs,
    withoutAfterMs: settings.emails.withoutAfterMinutes * 60_000,
    overdueAfterMs: settings.emails.overdueAfterMinutes * 60_000,
    hasProfiles: settings.sources.profiles !== undefined,
  }
}
