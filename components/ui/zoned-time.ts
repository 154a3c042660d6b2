const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

interface ZonedParts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const formatters = new Map<string, Intl.DateTimeFormat>()
/** More than there are: a stranger's cookie can write each in many ways. */
const MOST_ZONES = 1_000

/** Keeps what is known of a zone, and never of more zones than there are. */
export function keepZone<T>(zones: Map<string, T>, zone: string, known: T): void {
  if (zones.size >= MOST_ZONES) zones.clear()
  zones.set(zone, known)
}

// Only digits are taken from Intl: month names and separators differ between the ICU of Node and that of a browser.
function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  keepZone(formatters, timeZone, made)
  return made
}

/** By how many minutes a zone is ahead of UTC, from each moment (epoch ms) on, oldest first, until one. */
export interface ZoneOffsets {
  readonly spans: readonly (readonly [fromMs: number, minutes: number])[]
  readonly untilMs: number
}

const learned = new Map<string, ZoneOffsets>()

/** Makes the times of a zone known, so that a browser need not load its table of zones, which takes it longer than to draw a page. */
export function learnOffsets(timeZone: string, offsets: ZoneOffsets): void {
  keepZone(learned, timeZone, offsets)
}

function learnedOffset(atMs: number, timeZone: string): number | undefined {
  const offsets = learned.get(timeZone)
  if (offsets === undefined || atMs >= offsets.untilMs) return undefined
  return offsets.spans.findLast(([fromMs]) => fromMs <= atMs)?.[1]
}

/** The wall clock of a zone at a moment (epoch ms). */
export function zonedParts(atMs: number, timeZone: string): ZonedParts {
  const offset = learnedOffset(atMs, timeZone)
  if (offset !== undefined) {
    const at = new Date(atMs + offset * 60_000)
    return {
      year: at.getUTCFullYear(),
      month: at.getUTCMonth() + 1,
      day: at.getUTCDate(),
      hour: at.getUTCHours(),
      minute: at.getUTCMinutes(),
      second: at.getUTCSeconds(),
    }
  }
  const found = new Map(
    formatterOf(timeZone)
      .formatToParts(atMs)
      .map((part) => [part.type, Number(part.value)]),
  )
  const of = (type: Intl.DateTimeFormatPartTypes): number => found.get(type) ?? 0
  return {
    year: of('year'),
    month: of('month'),
    day: of('day'),
    hour: of('hour'),
    minute: of('minute'),
    second: of('second'),
  }
}

const two = (value: number): string => String(value).padStart(2, '0')

/** `14:21`, or `14:21:07` with seconds. */
export function formatClock(atMs: number, timeZone: string, withSeconds = false): string {
  const { hour, minute, second } = zonedParts(atMs, timeZone)
  return `${two(hour)}:${two(minute)}${withSeconds ? `:${two(second)}` : ''}`
}

/** `21 Nov`, with the year when it is not that of `nowMs`. */
export function formatDay(atMs: number, timeZone: string, nowMs: number): string {
  const at = zonedParts(atMs, timeZone)
  const now = zonedParts(nowMs, timeZone)
  return `${at.day} ${MONTHS[at.month - 1] ?? ''}${at.year === now.year ? '' : ` ${at.year}`}`
}

/** `14:21` today, or `14:21:07` with seconds; `21 Nov 14:21` on another day, `7 Nov 2024 10:30` in another year; in the given zone. */
export function formatMoment(atMs: number, timeZone: string, nowMs: number, withSeconds = false): string {
  const at = zonedParts(atMs, timeZone)
  const now = zonedParts(nowMs, timeZone)
  const isToday = at.year === now.year && at.month === now.month && at.day === now.day
  const clock = formatClock(atMs, timeZone, withSeconds)
  return isToday ? clock : `${formatDay(atMs, timeZone, nowMs)} ${clock}`
}

/** The full moment in UTC for a title: `2024-11-07 10:30:00 UTC`. */
export function formatUtc(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** Minutes by which the zone is ahead of UTC at a moment; differs across a change to summer time. */
export function zoneOffsetMinutes(atMs: number, timeZone: string): number {
  const { year, month, day, hour, minute, second } = zonedParts(atMs, timeZone)
  const asUtcMs = Date.UTC(year, month - 1, day, hour, minute, second)
  return Math.round((asUtcMs - Math.floor(atMs / 1000) * 1000) / 60_000)
}

/**
 * The moment (epoch ms) at which the clocks of the zone show `2024-11-07T10:30`, as `datetime-local` gives it; null for anything else. Of an hour
 * that they show twice the later, of one that they skip the moment after it.
 */
export function zonedMs(local: string, timeZone: string): number | null {
  const asUtcMs = Date.parse(`${local}Z`)
  if (Number.isNaN(asUtcMs)) return null
  const before = asUtcMs - zoneOffsetMinutes(asUtcMs, timeZone) * 60_000
  return asUtcMs - zoneOffsetMinutes(before, timeZone) * 60_000
}

/** `UTC`, `UTC+1`, `UTC−3:30`. */
export function formatOffset(atMs: number, timeZone: string): string {
  const offset = zoneOffsetMinutes(atMs, timeZone)
  if (offset === 0) return 'UTC'
  const hours = Math.floor(Math.abs(offset) / 60)
  const minutes = Math.abs(offset) % 60
  return `UTC${offset < 0 ? '−' : '+'}${hours}${minutes === 0 ? '' : `:${two(minutes)}`}`
}

/** The zone, or `fallback` where this runtime does not know it: a cookie can hold anything. */
export function knownZone(zone: string | undefined, fallback: string): string {
  if (zone === undefined || zone === '') return fallback
  try {
    formatterOf(zone)
    return zone
  } catch {
    return fallback
  }
}
