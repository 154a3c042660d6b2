import 'server-only'
import { keepZone, zoneOffsetMinutes, type ZoneOffsets } from '#components/ui/zoned-time.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Wide enough for charts of 90 days, marks and what is to expire. */
const REACH_MS = 400 * DAY_MS
/** Shorter than the time between any two changes of a zone: those of Morocco lie a month apart. */
const STEP_MS = 7 * DAY_MS

const known = new Map<string, { readonly day: number; readonly offsets: ZoneOffsets }>()

/** The offsets of a zone in the 400 days before and after a moment (epoch ms), for `learnOffsets` in the browser. */
export function zoneOffsets(timeZone: string, nowMs: number): ZoneOffsets {
  const day = Math.floor(nowMs / DAY_MS)
  const before = known.get(timeZone)
  if (before?.day === day) return before.offsets
  const fromMs = day * DAY_MS - REACH_MS
  const untilMs = day * DAY_MS + REACH_MS
  const offsets = { untilMs, spans: spansOf(timeZone, fromMs, untilMs) }
  keepZone(known, timeZone, { day, offsets })
  return offsets
}

function spansOf(timeZone: string, fromMs: number, untilMs: number): ZoneOffsets['spans'] {
  const spans: [fromMs: number, minutes: number][] = [[fromMs, zoneOffsetMinutes(fromMs, timeZone)]]
  for (let atMs = fromMs; atMs < untilMs; atMs += STEP_MS) {
    const minutes = zoneOffsetMinutes(atMs + STEP_MS, timeZone)
    if (minutes !== zoneOffsetMinutes(atMs, timeZone))
      spans.push([changeBetween(timeZone, atMs, atMs + STEP_MS), minutes])
  }
  return spans
}

/** The minute with which the zone has the offset of the end: clocks change at whole minutes. */
function changeBetween(timeZone: string, fromMs: number, toMs: number): number {
  const after = zoneOffsetMinutes(toMs, timeZone)
  let [low, high] = [fromMs, toMs]
  while (high - low > MINUTE_MS) {
    const middle = Math.floor((low + high) / 2 / MINUTE_MS) * MINUTE_MS
    if (zoneOffsetMinutes(middle, timeZone) === after) high = middle
    else low = middle
  }
  return high
}
