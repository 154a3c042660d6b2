import { SILENCE } from './email-parameters.ts'
import { dayKindOf, HOURS, insertSorted, usualPerHour, type HabitCounts } from './weekly-habit.ts'
import { cohortDistance, localMoment, type Calendar, type LocalMoment } from './working-calendar.ts'

const PARTS = 6
const MINUTES = 60 / PARTS
export const PART_MS = MINUTES * 60_000

/** What is known of when the e-mails of one segment come. */
export interface Traffic extends HabitCounts {
  /** By kind of day and ten minutes: which part of its hour's e-mails comes when. */
  readonly parts: readonly number[]
  /** Lately: e-mails that came, and that would have come at level 1. */
  readonly came: number
  readonly usual: number
  /** The level before the present cohort's season,; null before any was known. */
  readonly levelBefore: number | null
}

const zeros = (length: number): number[] => Array.from({ length }, () => 0)

export const NO_TRAFFIC: Traffic = {
  counts: zeros(7 * HOURS),
  hours: zeros(7 * HOURS),
  parts: zeros(3 * HOURS * PARTS),
  came: 0,
  usual: 0,
  levelBefore: null,
}

const at = (list: readonly number[], index: number): number => list[index] ?? 0
/** A state is stored with every change, so it is kept short. */
const round = (value: number): number => Math.round(value * 1000) / 1000

/** As `with` does, several times as fast. */
function replaced(list: readonly number[], index: number, value: number): readonly number[] {
  const copy = list.slice()
  copy[index] = value
  return copy
}

/** Six times the share of its hour's e-mails that come in ten minutes. What can be counted on leaves bursts out: they end sooner. */
function partOf(traffic: Traffic, { weekday, hour, minute }: LocalMoment, isCautious: boolean): number {
  const from = (dayKindOf(weekday) * HOURS + hour) * PARTS
  let total = 0
  for (let part = 0; part < PARTS; part += 1) total += at(traffic.parts, from + part)
  const factorAt = (part: number): number =>
    ((at(traffic.parts, from + part) + SILENCE.partWeight) * PARTS) / (total + PARTS * SILENCE.partWeight)
  const mine = factorAt(Math.floor(minute / MINUTES))
  if (!isCautious) return mine
  const factors = zeros(PARTS)
  for (let part = 0; part < PARTS; part += 1) insertSorted(factors, part, factorAt(part))
  return Math.min(mine, SILENCE.trustedFactor * at(factors, 2))
}

/** How much more than usual comes lately; 1 = as usual. */
export function levelOf({ came, usual }: Traffic): number {
  return (came + SILENCE.levelPrior) / (usual + SILENCE.levelPrior)
}

/** E-mails an hour that can be counted on at a moment, where the week's habit lets believe so many at level 1. After a cohort has begun its traffic may end at any time. */
export function countedOnPerHour(traffic: Traffic, belief: number, atMs: number, calendar: Calendar): number {
  const moment = localMoment(atMs, calendar)
  const { since } = cohortDistance(moment.day, calendar)
  const level = levelOf(traffic)
  const isAfterCohort = since >= 1 && since <= SILENCE.afterCohortDays
  const counted = isAfterCohort ? Math.min(level, traffic.levelBefore ?? level / 2) : level
  return usualPerHour(traffic, belief, moment, true) * partOf(traffic, moment, true) * counted
}

export interface Part {
  readonly fromMs: number
  readonly count: number
}

/** Learns what came in ten minutes. `isFamiliar`: enough is known to tell a burst that nobody announced from a habit. */
export function learnPart(
  traffic: Traffic,
  belief: number,
  { fromMs, count: came }: Part,
  { calendar, isFamiliar }: { readonly calendar: Calendar; readonly isFamiliar: boolean },
): Traffic {
  const moment = localMoment(fromMs, calendar)
  const level = levelOf(traffic)
  const usual = (usualPerHour(traffic, belief, moment, false) * partOf(traffic, moment, false)) / PARTS
  const count = isFamiliar ? Math.min(came, 3 * usual * level + 6) : came
  const cell = moment.weekday * HOURS + moment.hour
  const part = (dayKindOf(moment.weekday) * HOURS + moment.hour) * PARTS + Math.floor(moment.minute / MINUTES)
  const keepHabit = Math.exp(-1 / (SILENCE.habitWeeks * PARTS))
  const keepLevel = Math.exp(-PART_MS / (SILENCE.levelDays * 86_400_000))
  return {
    counts: replaced(traffic.counts, cell, round(at(traffic.counts, cell) * keepHabit + count)),
    hours: replaced(traffic.hours, cell, round(at(traffic.hours, cell) * keepHabit + level / PARTS)),
    parts: replaced(traffic.parts, part, round(at(traffic.parts, part) + count / level)),
    came: traffic.came * keepLevel + (isFamiliar ? Math.min(came, 2 * usual * level + 4) : came),
    usual: traffic.usual * keepLevel + (isFamiliar ? usual : came),
    levelBefore: isInSeason(moment.day, calendar) ? traffic.levelBefore : level,
  }
}

function isInSeason(day: number, calendar: Calendar): boolean {
  const { since, until } = cohortDistance(day, calendar)
  return until <= SILENCE.beforeCohortDays || since <= SILENCE.afterCohortDays
}
