import { counted, figure } from './count-words.ts'

/** From when on a run is judged: its start, or the moment at which a person let it go on knowing why it had stopped. */
export interface RunGuard {
  /** Epoch ms. */
  readonly sinceMs: number
  /** Messages that it had sent by then: what becomes of those was known to the person. */
  readonly sent: number
}

/** When a run stops by itself. */
export interface GuardLimits {
  /** At least so many messages came back ... */
  readonly cameBackLeast: number
  /** ... and they are at least this share of what was sent, 0 to 1. */
  readonly cameBackShare: number
  /** The consumer’s service reported at least so many errors ... */
  readonly errorsLeast: number
  /** ... and at least so many times as many as in as much time before. */
  readonly errorsFactor: number
}

/** True when so many came back that going on would only make more dead letters. A few bad ones among many do not stop it. */
export function comesBack(
  { sent, cameBack }: { readonly sent: number; readonly cameBack: number },
  { cameBackLeast, cameBackShare }: Pick<GuardLimits, 'cameBackLeast' | 'cameBackShare'>,
): boolean {
  return cameBack >= cameBackLeast && cameBack >= sent * cameBackShare
}

/** Errors that a service reported in whole minutes. */
export interface ErrorCount {
  readonly errors: number
  readonly minutes: number
}

/** True when a service reports clearly more errors since than before. Nothing is said without a minute on both sides. */
export function errorsRise(
  before: ErrorCount,
  since: ErrorCount,
  { errorsLeast, errorsFactor }: Pick<GuardLimits, 'errorsLeast' | 'errorsFactor'>,
): boolean {
  if (before.minutes === 0 || since.minutes === 0 || since.errors < errorsLeast) return false
  return since.errors >= errorsFactor * (before.errors / before.minutes) * since.minutes
}

/** `tis-trainee-sync reported 40 errors in 3 minutes of this redrive; before it, 2 in 60 minutes.` */
export function errorsRiseWords(service: string, before: ErrorCount, since: ErrorCount): string {
  return `${service} reported ${counted(since.errors, 'error')} to Sentry in ${counted(since.minutes, 'minute')} of it; before, ${figure(before.errors)} in ${counted(before.minutes, 'minute')}.`
}

/** Whether messages that came back stand in the group by cause in which they were before. Not told of messages whose group is not known. */
export interface ReturnCauses {
  readonly same: number
  readonly other: number
}

/** `with the same cause`; null where nothing is known of it. */
export function causeWords({ same, other }: ReturnCauses, cameBack: number): string | null {
  if (same + other === 0) return null
  if (same === cameBack) return 'with the same cause'
  if (other === cameBack) return 'with another cause'
  const rest = cameBack - same - other
  const parts = [
    ...(same === 0 ? [] : [`${figure(same)} with the same cause`]),
    ...(other === 0 ? [] : [`${figure(other)} with another`]),
    ...(rest === 0 ? [] : [`${figure(rest)} with a cause that is not known`]),
  ]
  return parts.join(', ')
}

/** `4 of 20 messages came back with the same cause: the consumer still cannot process them.` */
export function cameBackWords(sent: number, cameBack: number, causes: ReturnCauses): string {
  const cause = causeWords(causes, cameBack)
  const how = cause === null ? '' : cause.startsWith('with') ? ` ${cause}` : ` (${cause})`
  return `${figure(cameBack)} of ${counted(sent, 'message')} came back${how}: the consumer still cannot process them.`
}
