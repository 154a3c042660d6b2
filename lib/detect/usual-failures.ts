import { FAILURE } from './email-parameters.ts'
import type { UsualRate } from './failure-odds.ts'

const DAY_MS = 86_400_000

/** Failures and e-mails of one UTC day. */
export interface DayCount {
  readonly day: number
  readonly failed: number
  readonly total: number
}

/** How often e-mails of a segment usually fail: history, and the days that are too near to be trusted, since an incident may be under way in them. */
export interface UsualFailures {
  readonly failed: number
  readonly total: number
  readonly recent: readonly DayCount[]
}

export const NOTHING_USUAL: UsualFailures = { failed: 0, total: 0, recent: [] }

/** UTC day of a moment, counted from 1970. */
export function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS)
}

/** Counts go to the newest day; an e-mail that comes late counts with it. `failed` alone turns one that was counted as good into a failed one. */
export function countUsual(usual: UsualFailures, { day, failed, total }: DayCount): UsualFailures {
  const last = usual.recent.at(-1)
  if (last === undefined || last.day < day) return { ...usual, recent: [...usual.recent, { day, failed, total }] }
  const recent = usual.recent.slice()
  recent[recent.length - 1] = { day: last.day, failed: last.failed + failed, total: last.total + total }
  return { failed: usual.failed, total: usual.total, recent }
}

/** Turns the days that are old enough into history, in which older ones fade. Tells which days those were. */
export function foldUsual(
  usual: UsualFailures,
  today: number,
): { readonly usual: UsualFailures; readonly folded: readonly DayCount[] } {
  const isOld = ({ day }: DayCount): boolean => day < today - FAILURE.lagDays
  const folded = usual.recent.filter(isOld)
  if (folded.length === 0) return { usual, folded }
  const keep = 1 - 1 / FAILURE.usualDays
  let { failed, total } = usual
  for (const each of folded) {
    failed = failed * keep + each.failed
    total = total * keep + each.total
  }
  return { usual: { failed, total, recent: usual.recent.filter((each) => !isOld(each)) }, folded }
}

/** Forgets the days from one on, since an incident is in them. */
export function forgetFrom(usual: UsualFailures, day: number): UsualFailures {
  return { ...usual, recent: usual.recent.filter((each) => each.day < day) }
}

/** What is usual by counts: history alone once there is enough of it, else with the recent days. */
export function countsOf(usual: UsualFailures): { readonly failed: number; readonly total: number } {
  const { failed, total, recent } = usual
  if (total >= FAILURE.enoughHistory) return { failed, total }
  return recent.reduce((sum, day) => ({ failed: sum.failed + day.failed, total: sum.total + day.total }), {
    failed,
    total,
  })
}

/** A usual rate, drawn to what is believed of it with the weight of so many failures. */
export function rateOf(usual: UsualFailures, belief: number, weight: number): UsualRate {
  const { failed, total } = countsOf(usual)
  return { rate: (failed + weight) / (total + weight / belief), variance: 1 / (failed + weight) }
}
