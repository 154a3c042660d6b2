import { formatClock, formatDay, zonedParts, zoneOffsetMinutes } from '#components/ui/zoned-time.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28].map((days) => days * DAY),
]

export interface TimeTick {
  readonly atMs: number
  readonly label: string
}

/** At most `most` ticks on full steps of the zone's own clock, also across a change to summer time; a new day is named. */
export function timeTicks(fromMs: number, toMs: number, timeZone: string, most = 8): TimeTick[] {
  const step = TIME_STEPS.find((candidate) => (toMs - fromMs) / candidate <= most) ?? 28 * DAY
  const ticks: TimeTick[] = []
  const local = (atMs: number): number => atMs + zoneOffsetMinutes(atMs, timeZone) * MINUTE
  let next = Math.ceil(local(fromMs) / step) * step
  for (let count = 0; count <= most + 1; count += 1, next += step) {
    // The local time of a tick is known; which moment that is depends on the offset that holds then.
    const guess = next - zoneOffsetMinutes(fromMs, timeZone) * MINUTE
    const atMs = next - zoneOffsetMinutes(guess, timeZone) * MINUTE
    if (atMs > toMs) break
    if (atMs >= fromMs) ticks.push({ atMs, label: tickLabel(atMs, step, timeZone, toMs) })
  }
  return ticks
}

function tickLabel(atMs: number, step: number, timeZone: string, nowMs: number): string {
  const { hour, minute } = zonedParts(atMs, timeZone)
  return step >= DAY || (hour === 0 && minute === 0) ? formatDay(atMs, timeZone, nowMs) : formatClock(atMs, timeZone)
}

/** Ticks from zero in steps of 1, 2 or 5 (times a power of ten), at least up to `top`; a step of counts is at least 1. */
export function countTicks(top: number, most = 4): number[] {
  const rough = Math.max(top, 1) / most
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(1, ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power)
  const count = Math.max(1, Math.ceil(top / step))
  return Array.from({ length: count + 1 }, (_, at) => at * step)
}

const AGE_STEPS = [1, 5, 10, 30, 60, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 345_600]

/** The same for an age in seconds: steps that people know from a clock. */
export function ageTicks(topSeconds: number, most = 4): number[] {
  const step =
    AGE_STEPS.find((candidate) => topSeconds / candidate <= most) ?? Math.ceil(topSeconds / most / 86_400) * 86_400
  const count = Math.max(1, Math.ceil(topSeconds / step))
  return Array.from({ length: count + 1 }, (_, at) => at * step)
}
