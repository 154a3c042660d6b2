import { reasonLabel } from '#lib/domain/outcome-words.ts'
import type { OutcomeReason } from '#lib/domain/outcome.ts'
import type { FailureAlarm } from './failure-state.ts'
import { segmentWords } from './segments.ts'

/** `1 in 80`, or in hundredths where that reads better. Rounded as far as an estimate can be trusted. */
export function rateInWords(rate: number): string {
  if (rate > 0.2) return `${Math.round(rate * 100)} in 100`
  const every = 1 / rate
  const rounded =
    every < 20 ? Math.round(every) : every < 100 ? Math.round(every / 5) * 5 : Number(every.toPrecision(2))
  return `1 in ${rounded}`
}

/** `7 of the last 9 new trainees had no e-mail address (usual is 1 in 80)`. `usual` null: not known yet. */
export function failureTitle(reason: OutcomeReason, { segment, run }: FailureAlarm, usual: number | null): string {
  const known = usual === null ? 'what is usual is not known yet' : `usual is ${rateInWords(usual)}`
  const isAll = run.failed === run.total
  if (segment === 'profile:new' && reason === 'no_email_address')
    return isAll
      ? `None of the last ${run.total} new trainees had an e-mail address (${known})`
      : `${run.failed} of the last ${run.total} new trainees had no e-mail address (${known})`
  const who = segmentWords(segment)
  return isAll
    ? `The last ${run.total} ${who} all failed (${known}): ${reasonLabel(reason)}`
    : `${run.failed} of the last ${run.total} ${who} failed (${known}): ${reasonLabel(reason)}`
}
