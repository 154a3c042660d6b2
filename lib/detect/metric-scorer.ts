import { addToClock, EMPTY_CLOCK, scatterAt, usualAt, type ClockBaseline } from './clock-baseline.ts'
import { addEpisodePoint, NO_EPISODES, type Episodes } from './episode-rarity.ts'
import { DRIFT_MEMORY, isCountNoise, SIGNALS, type Look } from './metric-signals.ts'
import { addRecent } from './recent-window.ts'
import { addShape, EMPTY_BANK, shapeNovelty, type ShapeBank } from './shape-bank.ts'
import { addToSpread, EMPTY_SPREAD, rarityOf, type Spread } from './tail.ts'

/**
 * Scores any series of numbers, point by point: how unlike its own past is it now. Pure; the state is plain JSON.
 *
 * Each point is seen from twelve sides (metric-signals.ts). Each side has its own tail and tells how rare the point is there (tail.ts); the
 * rarities add up as the parts of a vector do, so that several mild ones count as much as one strong. Whether the sum is news is judged by
 * the series' own episodes (episode-rarity.ts). Nothing is known of a series beforehand, neither its range nor its length.
 */

/** A score from here on is an alarm. Set once, over series of many kinds. */
export const ALARM_SCORE = 0.5

/** Differences below this part of the usual size mean nothing. */
const LEAST_PART = 0.002
/** In whole numbers a difference of one means little as long as they are small: of this size or less. */
const SMALL_WHOLE = 5
/** Deviations are compared by their natural logarithm; a difference below this means nothing. */
const LEAST_LOG = 0.15
/** Points over which the usual size and the usual pace are learned. */
const SIZE_MEMORY = 1000
const PACE_MEMORY = 50
const LEAST_FOR_RANGE = 50
/** Rarity of all sides together that counts as a strength of one. */
const STRENGTH_UNIT = 0.78
/** Larger numbers count as this, so that no sum of squares leaves the range of numbers. */
const LARGEST = 1e100
/** Mean distances from the usual value between which 97 of 100 points lie; the mean distance of a count in standard deviations. */
const BAND_REACH = 2.7
const COUNT_SCATTER = 0.8
/** Taken as the distance of two points until there are two. */
const FIRST_PACE_MS = 60_000

export interface MetricState {
  readonly seen: number
  /** Moment of the last point, epoch ms; null before the first. */
  readonly lastMs: number | null
  /** Usual distance between two points, ms; null before the second point. */
  readonly everyMs: number | null
  readonly recent: readonly number[]
  readonly usualSize: number
  readonly range: { readonly lowest: number; readonly highest: number } | null
  readonly isWhole: boolean
  readonly clock: ClockBaseline
  readonly drift: number
  readonly shapes: ShapeBank
  /** One a signal, in the order of `SIGNALS`. */
  readonly spreads: readonly Spread[]
  readonly episodes: Episodes
}

export interface MetricPoint {
  /** Epoch ms. */
  readonly atMs: number
  readonly value: number
}

/** What is usual at a moment; about 97 of 100 points lie from `low` to `high`. */
export interface Band {
  readonly low: number
  readonly usual: number
  readonly high: number
}

export interface ScoredPoint {
  readonly state: MetricState
  /** 0 to below 1; an alarm from `ALARM_SCORE` on. For a hundred points after an alarm it is 0 unless things get clearly worse. */
  readonly score: number
  /** What was expected before the point was seen; null until the series has been seen at this time of the day. */
  readonly band: Band | null
}

/** The state before the first point. */
export const NEW_METRIC: MetricState = {
  seen: 0,
  lastMs: null,
  everyMs: null,
  recent: [],
  usualSize: 0,
  range: null,
  isWhole: true,
  clock: EMPTY_CLOCK,
  drift: 0,
  shapes: EMPTY_BANK,
  spreads: SIGNALS.map(() => EMPTY_SPREAD),
  episodes: NO_EPISODES,
}

/** A long silence is a gap, not a new pace; points of one moment say nothing about it. */
function paceWith({ everyMs, lastMs, seen }: MetricState, atMs: number): number | null {
  const apartMs = lastMs === null ? 0 : atMs - lastMs
  if (apartMs <= 0) return everyMs
  if (everyMs === null) return apartMs
  return everyMs + (Math.min(apartMs, 4 * everyMs) - everyMs) / Math.min(seen, PACE_MEMORY)
}

function beyondRange({ range, seen }: MetricState, value: number): number {
  if (range === null || seen < LEAST_FOR_RANGE) return 0
  return Math.max(0, value - range.highest, range.lowest - value)
}

const sizeWith = ({ usualSize, seen }: MetricState, value: number): number =>
  usualSize + (Math.abs(value) - usualSize) / Math.min(seen + 1, SIZE_MEMORY)

function lookAt(before: MetricState, value: number, usual: number | null): Look {
  const recent = addRecent(before.recent, value)
  const usualSize = sizeWith(before, value)
  const isWhole = before.isWhole && Number.isInteger(value)
  const residual = usual === null ? 0 : value - usual
  const least = LEAST_PART * usualSize + Number.EPSILON
  return {
    value,
    recent,
    usual: usual ?? usualSize,
    residual,
    drift: before.drift + (residual - before.drift) / DRIFT_MEMORY,
    novelty: shapeNovelty(before.shapes, recent),
    beyondRange: beyondRange(before, value),
    floor: isWhole ? least + 1 / (1 + usualSize / SMALL_WHOLE) : least,
    isWhole,
  }
}

/** Rarity of all sides together, and what each side knows with this point learned. */
function weigh(before: MetricState, look: Look): { readonly strength: number; readonly spreads: readonly Spread[] } {
  let sum = 0
  const spreads = before.spreads.slice()
  for (let index = 0; index < SIGNALS.length; index += 1) {
    const signal = SIGNALS[index]
    if (signal === undefined || before.seen < signal.needs) continue
    const value = signal.read(look)
    const spread = spreads[index] ?? EMPTY_SPREAD
    const rarity = rarityOf(spread, value, signal.isLog ? LEAST_LOG : look.floor)
    sum += rarity * rarity
    spreads[index] = addToSpread(spread, value, signal.isCentred)
  }
  return { strength: isCountNoise(look) ? 0 : Math.sqrt(sum) / STRENGTH_UNIT, spreads }
}

/** A series that was never negative is not expected to be; whole numbers vary at least as counts do. */
function bandAt({ clock, range, isWhole }: MetricState, usual: number | null, atMs: number): Band | null {
  if (usual === null || range === null) return null
  const scatter = scatterAt(clock, atMs)
  const reach = BAND_REACH * (isWhole ? Math.max(scatter, COUNT_SCATTER * Math.sqrt(Math.max(0, usual))) : scatter)
  return { low: range.lowest >= 0 ? Math.max(0, usual - reach) : usual - reach, usual, high: usual + reach }
}

/**
 * Takes one point; gives the new state, the score and what was expected. Points come in the order of time, but need not be regular.
 * A value that is not a finite number counts as missing: the state stays and the score is 0.
 */
export function scorePoint(before: MetricState, point: MetricPoint): ScoredPoint {
  const { atMs } = point
  if (!Number.isFinite(point.value) || !Number.isFinite(atMs)) return { state: before, score: 0, band: null }
  const value = Math.max(-LARGEST, Math.min(LARGEST, point.value))
  const everyMs = paceWith(before, atMs)
  const paceMs = everyMs ?? FIRST_PACE_MS
  const usual = usualAt(before.clock, atMs, paceMs)
  const look = lookAt(before, value, usual)
  const { strength, spreads } = weigh(before, look)
  const { episodes, score } = addEpisodePoint(before.episodes, atMs, strength)
  const state: MetricState = {
    seen: before.seen + 1,
    lastMs: atMs,
    everyMs,
    recent: look.recent,
    usualSize: sizeWith(before, value),
    range: {
      lowest: Math.min(before.range?.lowest ?? value, value),
      highest: Math.max(before.range?.highest ?? value, value),
    },
    isWhole: look.isWhole,
    clock: addToClock(before.clock, atMs, value, paceMs),
    drift: look.drift,
    shapes: addShape(before.shapes, look.recent),
    spreads,
    episodes,
  }
  return { state, score, band: bandAt(before, usual, atMs) }
}
