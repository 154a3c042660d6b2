const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a format costs far more than using it, and a process knows few zones. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  formats.set(timeZone, made)
  return made
}

interface WallClock {
  readonly year: string
  readonly date: string
  readonly time: string
}

function wallClockOf(atMs: number, timeZone: string): WallClock {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(atMs)
      .map((part) => [part.type, part.value]),
  )
  // British ICU data abbreviates September to four letters, unlike every other month.
  const month = (parts.get('month') ?? '').slice(0, 3)
  return {
    year: parts.get('year') ?? '',
    date: `${parts.get('day') ?? ''} ${month}`,
    time: `${parts.get('hour') ?? ''}:${parts.get('minute') ?? ''}`,
  }
}

type Day = 'today' | 'yesterday' | 'other'

/** Which day a moment falls on for a reader in the zone. */
function dayOf(at: WallClock, nowMs: number, timeZone: string): Day {
  const now = wallClockOf(nowMs, timeZone)
  if (at.date === now.date && at.year === now.year) return 'today'
  const [hours = 0, minutes = 0] = now.time.split(':').map(Number)
  // Two hours before today's midnight lie yesterday even where the clock was put forward or back since.
  const then = wallClockOf(nowMs - (hours * 60 + minutes + 120) * 60_000, timeZone)
  return then.date === at.date && then.year === at.year ? 'yesterday' : 'other'
}

function dated(at: WallClock, nowMs: number, timeZone: string): string {
  const isThisYear = at.year === wallClockOf(nowMs, timeZone).year
  return isThisYear ? `${at.date} ${at.time}` : `${at.date} ${at.year} ${at.time}`
}

/** `since 14:21`, `since yesterday 14:21`, `since 13 Aug 10:09`, `since 13 Aug 2024 10:09`: in the zone, for a reader at `nowMs`. */
export function sinceWords(atMs: number, nowMs: number, timeZone: string): string {
  const at = wallClockOf(atMs, timeZone)
  const day = dayOf(at, nowMs, timeZone)
  if (day === 'today') return `since ${at.time}`
  if (day === 'yesterday') return `since yesterday ${at.time}`
  return `since ${dated(at, nowMs, timeZone)}`
}

/** `at 14:21`, `yesterday 14:21`, `on 13 Aug 10:09`, `on 13 Aug 2024 10:09`: in the zone, for a reader at `nowMs`. */
export function atWords(atMs: number, nowMs: number, timeZone: string): string {
  const at = wallClockOf(atMs, timeZone)
  const day = dayOf(at, nowMs, timeZone)
  if (day === 'today') return `at ${at.time}`
  if (day === 'yesterday') return `yesterday ${at.time}`
  return `on ${dated(at, nowMs, timeZone)}`
}

/** `from 14:21 to 14:37`, each moment as `sinceWords` says it. */
export function fromToWords(fromMs: number, toMs: number, nowMs: number, timeZone: string): string {
  const moment = (atMs: number): string => sinceWords(atMs, nowMs, timeZone).slice('since '.length)
  return `from ${moment(fromMs)} to ${moment(toMs)}`
}

/** The zone as a clock names it at that moment: `BST`, `GMT`, `UTC`, `CET`. */
export function zoneWord(atMs: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'short' })
  return format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}
