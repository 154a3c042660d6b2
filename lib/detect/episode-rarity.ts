/**
 * Turns the strength of what was noticed into a score, judged by the series' own past: what comes as strongly every few hours, or every
 * day at this time, is no news. One alarm an episode: after an alarm only what is clearly worse raises another. Pure; plain JSON.
 */

/** Of so many points, and of as many hours at least, only the strongest counts as one past episode; so many episodes are remembered. */
const BLOCK = 100
const BLOCK_HOURS = 8
const KEPT = 100
/** Points before which nothing is remembered, because everything is new then, and before which nothing is scored. */
const LEAST_TO_REMEMBER = 400
const LEAST_TO_SCORE = 80
/** Strength below which nothing is looked at. */
const FLOOR = 1.3
/** Two strengths differ when their natural logarithms lie further apart than this. */
const BLUR = 0.15
/** What is believed of a series without a past: weight in episodes, middle and width of their ln strength. */
const PRIOR_WEIGHT = 6
const PRIOR_MIDDLE = 1.2
const PRIOR_WIDTH = 0.25
/** Two times of day are the same within this distance, hours; the weight of the chance at any time against days at this one. */
const SAME_TIME_HOURS = 1
const DAY_DOUBT = 0.5
/** Rarity (decimal logarithm) that is never news: what two episodes in five reach. */
const USUAL_RARITY = 0.4
const STRENGTH_UNIT = 5
/** Points after an alarm in which only evidence larger by this factor is told. */
const QUIET_POINTS = 100
const CLEARLY_WORSE = 1.2
/** Evidence that makes an alarm: a score of one half. */
const ALARM_EVIDENCE = 0.75

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

export interface Episodes {
  readonly points: number
  /** Past episodes, oldest first: natural logarithm of the strength, and when it was strongest, epoch ms. */
  readonly strengths: readonly number[]
  readonly times: readonly number[]
  /** The episode that is not yet over: the point before it, its first moment, and its strongest point. */
  readonly afterPoint: number
  readonly fromMs: number | null
  readonly strongest: number
  readonly strongestAtMs: number
  /** Time from which episodes are known. */
  readonly sinceMs: number
  /** The last alarm: its point and its evidence; null before the first. */
  readonly alarm: { readonly point: number; readonly evidence: number } | null
}

export const NO_EPISODES: Episodes = {
  points: 0,
  strengths: [],
  times: [],
  afterPoint: LEAST_TO_REMEMBER,
  fromMs: null,
  strongest: 0,
  strongestAtMs: 0,
  sinceMs: 0,
  alarm: null,
}

/** 1 where the past was clearly stronger, 0 where it was clearly weaker, a half where they are alike. */
const wasAtLeast = (past: number, now: number, width: number): number => 1 / (1 + Math.exp((now - past) / width))

function isSameTime(atMs: number, pastMs: number): boolean {
  const apartMs = Math.abs(atMs - pastMs) % DAY_MS
  return Math.min(apartMs, DAY_MS - apartMs) <= SAME_TIME_HOURS * HOUR_MS && atMs - pastMs > DAY_MS / 2
}

/** Chance of an episode as strong as this one: at any time, or on a day at this time, whichever is larger. */
function chanceOf(episodes: Episodes, atMs: number, strength: number): number {
  const now = Math.log(strength)
  let ever = PRIOR_WEIGHT * wasAtLeast(PRIOR_MIDDLE, now, PRIOR_WIDTH)
  let atThisTime = 0
  for (let index = 0; index < episodes.strengths.length; index += 1) {
    const share = wasAtLeast(episodes.strengths[index] ?? 0, now, BLUR)
    ever += share
    if (isSameTime(atMs, episodes.times[index] ?? 0)) atThisTime += share
  }
  const anyTime = ever / (episodes.strengths.length + PRIOR_WEIGHT)
  const days = Math.max(0, atMs - episodes.sinceMs) / DAY_MS
  const thisTime = (Math.min(atThisTime, days) + DAY_DOUBT * anyTime) / (days + DAY_DOUBT)
  return Math.max(anyTime, thisTime)
}

/** Evidence grows with how rare the episode is for this series and with how strong it is for any: the geometric mean of both. */
function evidenceOf(episodes: Episodes, atMs: number, strength: number): number {
  if (strength <= FLOOR || episodes.points <= LEAST_TO_SCORE) return 0
  const rarity = Math.max(0, -Math.log10(chanceOf(episodes, atMs, strength)) - USUAL_RARITY)
  return Math.sqrt((rarity * strength) / STRENGTH_UNIT)
}

function remember(episodes: Episodes, atMs: number, strength: number): Episodes {
  if (episodes.points <= LEAST_TO_REMEMBER) return episodes
  const isStrongest = episodes.fromMs === null || strength > episodes.strongest
  const strongest = isStrongest ? strength : episodes.strongest
  const strongestAtMs = isStrongest ? atMs : episodes.strongestAtMs
  const fromMs = episodes.fromMs ?? atMs
  const isOver = episodes.points - episodes.afterPoint >= BLOCK && atMs - fromMs >= BLOCK_HOURS * HOUR_MS
  if (!isOver) return { ...episodes, fromMs, strongest, strongestAtMs }
  const isFull = episodes.strengths.length >= KEPT
  const strengths = episodes.strengths.slice(isFull ? 1 : 0)
  const times = episodes.times.slice(isFull ? 1 : 0)
  strengths.push(Number(Math.log(Math.max(strongest, FLOOR)).toPrecision(6)))
  times.push(strongestAtMs)
  const sinceMs = isFull ? (times[0] ?? atMs) : episodes.sinceMs
  return { ...episodes, strengths, times, sinceMs, afterPoint: episodes.points, fromMs: null, strongest: 0 }
}

/** Takes the strength of one point (0 for none); gives the state and a score from 0 to below 1, an alarm from one half on. */
export function addEpisodePoint(
  before: Episodes,
  atMs: number,
  strength: number,
): { readonly episodes: Episodes; readonly score: number } {
  const points = before.points + 1
  const episodes = before.points === 0 ? { ...before, points, sinceMs: atMs } : { ...before, points }
  const found = evidenceOf(episodes, atMs, strength)
  const last = episodes.alarm !== null && points - episodes.alarm.point <= QUIET_POINTS ? episodes.alarm.evidence : 0
  const evidence = last > 0 && found < last * CLEARLY_WORSE ? 0 : found
  const alarm = evidence >= ALARM_EVIDENCE ? { point: points, evidence: Math.max(last, evidence) } : episodes.alarm
  return { episodes: remember({ ...episodes, alarm }, atMs, strength), score: evidence / (ALARM_EVIDENCE + evidence) }
}
