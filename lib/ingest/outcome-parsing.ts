import { settingsSchema, type Settings } from '#lib/config/settings.ts'
import type { OutcomeParsing } from '#lib/sources/outcome-message.ts'

/** How outcomes are to be read: as the source is configured, or by the standard values where they are only pushed or imported. */
export function outcomeParsing(settings: Settings, observedAtMs: number): OutcomeParsing {
  const { sentMeans, onboardingTypes, statuses } = settings.sources['email-outcomes'] ?? standard()
  return { sentMeans, onboardingTypes, statuses, observedAtMs }
}

function standard(): Required<Pick<OutcomeParsing, 'sentMeans' | 'onboardingTypes' | 'statuses'>> {
  const section = { queueUrl: 'https://queue.invalid/none' }
  const parsed = settingsSchema.parse({ sources: { 'email-outcomes': section } }).sources['email-outcomes']
  if (parsed === undefined) throw new TypeError('a section that is given cannot be absent')
  return parsed
}
