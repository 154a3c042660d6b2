const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** What decides how much traffic a moment usually has. */
export interface Calendar {
  /** IANA zone in which people work. */
  readonly timeZone: string
  /** Days off besides weekends, for a year: local dates as days since 1970. */
  readonly holidaysOf: (year: number) => readonly number[]
  /** Days, as local dates since 1970, on which many begin at once; traffic is unusual before and falls after them. */
  readonly cohortDaysOf: (year: number) => readonly number[]
}

const dayNumber = (year: number, month: number, day: number): number => Date.UTC(year, month, day) / DAY_MS
/** 0 = Sunday. */
const weekday = (day: number): number => (((day + 4) % 7) + 7) % 7

/** Easter Sunday of the Gregorian calendar (the algorithm known as Meeus, Jones and Butcher). */
function easterOf(year: number): number {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = Math.floor(b / 4)
  const g = Math.floor((8 * b + 13) / 25)
  const h = (19 * a + b - d - g + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const sum = h + l - 7 * m + 114
  return dayNumber(year, Math.floor(sum / 31) - 1, (sum % 31) + 1)
}

const firstOf = (year: number, month: number, wanted: number): number => {
  const first = dayNumber(year, month, 1)
  return first + ((wanted - weekday(first) + 7) % 7)
}

/** The bank holidays of England and Wales by rule; a day proclaimed for one year only is not among them. Days since 1970. */
export function englishBankHolidays(year: number): readonly number[] {
  const easter = easterOf(year)
  const newYear = dayNumber(year, 0, 1)
  const christmas = dayNumber(year, 11, 25)
  const lastMondayOf = (month: number): number => firstOf(year, month + 1, 1) - 7
  // Days that fall on a weekend move to the next working days, Christmas before Boxing Day.
  const next = (day: number, taken: readonly number[]): number =>
    weekday(day) === 0 || weekday(day) === 6 || taken.includes(day) ? next(day + 1, taken) : day
  const boxing = christmas + 1
  const isBoxingFree = weekday(boxing) !== 0 && weekday(boxing) !== 6
  const christmasOff = next(christmas, isBoxingFree ? [boxing] : [])
  return [
    next(newYear, []),
    easter - 2,
    easter + 1,
    firstOf(year, 4, 1),
    lastMondayOf(4),
    lastMondayOf(7),
    christmasOff,
    next(boxing, [christmasOff]),
  ].sort((a, b) => a - b)
}

/** First Wednesdays of the months in which cohorts of trainees begin: February, April, August, October, December. */
export function firstWednesdays(year: number, months: readonly number[] = [1, 3, 7, 9, 11]): readonly number[] {
  return months.map((month) => firstOf(year, month, 3))
}

/** English working days, London time, and the dates on which trainees rotate. */
export const ENGLISH_TRAINEES: Calendar = {
  timeZone: 'Europe/London',
  holidaysOf: englishBankHolidays,
  cohortDaysOf: (year) => firstWednesdays(year),
}

const formats = new Map<string, Intl.DateTimeFormat>()
/** By zone and by hour since 1970. */
const offsets = new Map<string, Map<number, number>>()

/** Local time less UTC at a moment, in ms. Remembered by the hour, within which no zone changes its clock. */
export function offsetMs(atMs: number, timeZone: string): number {
  const hour = Math.floor(atMs / HOUR_MS)
  const ofZone = offsets.get(timeZone) ?? new Map<number, number>()
  const known = ofZone.get(hour)
  if (known !== undefined) return known
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
    formats.set(timeZone, format)
  }
  const parts = Object.fromEntries(format.formatToParts(hour * HOUR_MS).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day = 1, hour: clock = 0, minute = 0 } = parts
  const offset = Date.UTC(year, month - 1, day, clock, minute) - hour * HOUR_MS
  if (ofZone.size > 20_000) ofZone.clear()
  offsets.set(timeZone, ofZone.set(hour, offset))
  return offset
}

/** A local moment as far as traffic goes by it. */
export interface LocalMoment {
  /** Local date as days since 1970. */
  readonly day: number
  /** 0 = Sunday; a day off counts as a Sunday. */
  readonly weekday: number
  readonly hour: number
  readonly minute: number
}

const holidays = new Map<Calendar, Map<number, ReadonlySet<number>>>()

function holidaysOf(calendar: Calendar, year: number): ReadonlySet<number> {
  const known = holidays.get(calendar) ?? new Map<number, ReadonlySet<number>>()
  holidays.set(calendar, known)
  const days = known.get(year) ?? new Set(calendar.holidaysOf(year))
  known.set(year, days)
  return days
}

export function localMoment(atMs: number, calendar: Calendar): LocalMoment {
  const local = atMs + offsetMs(atMs, calendar.timeZone)
  const day = Math.floor(local / DAY_MS)
  const minutes = Math.floor((local - day * DAY_MS) / 60_000)
  const isOff = holidaysOf(calendar, new Date(day * DAY_MS).getUTCFullYear()).has(day)
  return { day, weekday: isOff ? 0 : weekday(day), hour: Math.floor(minutes / 60), minute: minutes % 60 }
}

/** Days from the latest cohort day up to a local day, and from it to the next one; 0 on one, 1000 where none is near. */
export function cohortDistance(day: number, calendar: Calendar): CohortDistance {
  const known = distances.get(calendar) ?? new Map<number, CohortDistance>()
  distances.set(calendar, known)
  const distance = known.get(day) ?? measure(day, calendar)
  if (known.size > 1000) known.clear()
  known.set(day, distance)
  return distance
}

export interface CohortDistance {
  readonly since: number
  readonly until: number
}

const distances = new Map<Calendar, Map<number, CohortDistance>>()

function measure(day: number, calendar: Calendar): CohortDistance {
  const year = new Date(day * DAY_MS).getUTCFullYear()
  const days = [year - 1, year, year + 1].flatMap((each) => calendar.cohortDaysOf(each))
  return {
    since: Math.min(...days.filter((each) => each <= day).map((each) => day - each), 1000),
    until: Math.min(...days.filter((each) => each >= day).map((each) => each - day), 1000),
  }
}
