/**
 * How rare a value is, judged by the largest deviations seen before. Pure; the state is plain JSON.
 *
 * Inside the ordinary 98.5 % nothing is asked. Beyond, the chance is taken to fall as a power of the size, as the tails of most measured
 * things do (Hill 1975). With few large values that power would be a guess, so it is pulled towards a common one.
 */

/** Large deviations kept on each side of the middle. */
const KEPT = 30
/** Part of all values that counts as the tail, and the fewest values in it. */
const TAIL_SHARE = 0.015
const LEAST_TAIL = 5
/** The common power and its weight, counted in values. */
const USUAL_POWER = 2.5
const USUAL_POWER_WEIGHT = 20
/** Values before which nothing is called rare. */
const LEAST_SEEN = 40
/** When so many were seen, half of what is known is forgotten: a slow change is followed, and rarity never grows without end. */
const MEMORY = 20_000
/** Values before which the middle is too rough to measure deviations from it. */
const LEAST_FOR_MIDDLE = 10
const STEP_MEMORY = 200
const MIDDLE_PACE = 0.01

/** A running middle (it follows the median) and the largest deviations to each side of it. */
export interface Spread {
  readonly seen: number
  readonly middle: number
  /** Mean distance from the middle: the length of the middle's steps. */
  readonly step: number
  /** Deviations counted, less those that were forgotten. */
  readonly counted: number
  /** The largest deviations, falling, each above zero. */
  readonly above: readonly number[]
  readonly below: readonly number[]
}

export const EMPTY_SPREAD: Spread = { seen: 0, middle: 0, step: 0, counted: 0, above: [], below: [] }

const everySecond = (values: readonly number[]): readonly number[] => values.filter((_, index) => index % 2 === 0)

/** Puts a deviation in its place, if it is one of the largest. Six digits are kept, so that the stored state stays short. */
function insert(largest: readonly number[], deviation: number): readonly number[] {
  const isFull = largest.length >= KEPT
  if (deviation <= 0 || (isFull && deviation <= (largest[KEPT - 1] ?? 0))) return largest
  let place = largest.length
  while (place > 0 && (largest[place - 1] ?? 0) < deviation) place -= 1
  const next = largest.slice()
  next.splice(place, 0, Number(deviation.toPrecision(6)))
  if (isFull) next.pop()
  return next
}

function count(spread: Spread, away: number): Pick<Spread, 'counted' | 'above' | 'below'> {
  const counted = spread.counted + 1
  const above = insert(spread.above, away)
  const below = insert(spread.below, -away)
  if (counted < MEMORY) return { counted, above, below }
  return { counted: counted / 2, above: everySecond(above), below: everySecond(below) }
}

/** Learns one value. With `isCentred` false the value itself is the deviation, for signals that are zero when all is as before. */
export function addToSpread(spread: Spread, value: number, isCentred: boolean): Spread {
  const seen = spread.seen + 1
  if (!isCentred) return { ...count(spread, value), seen, middle: 0, step: 0 }
  if (seen === 1) return { ...spread, seen, middle: value }
  const away = value - spread.middle
  const step = spread.step + (Math.abs(away) - spread.step) / Math.min(seen, STEP_MEMORY)
  const move = Math.min(Math.abs(away), step * Math.max(MIDDLE_PACE, 1 / seen))
  const middle = spread.middle + (away < 0 ? -move : move)
  const { counted, above, below } = seen > LEAST_FOR_MIDDLE ? count(spread, away) : spread
  return { seen, middle, step, counted, above, below }
}

const tailLength = (largest: readonly number[], counted: number): number =>
  Math.max(LEAST_TAIL, Math.min(largest.length, Math.ceil(TAIL_SHARE * counted)))

function rarityInTail(largest: readonly number[], counted: number, deviation: number, floor: number): number {
  const length = tailLength(largest, counted)
  const start = (largest[length - 1] ?? 0) + floor
  if (deviation + floor <= start) return 0
  let logs = 0
  for (let index = 0; index < length; index += 1) logs += Math.log(((largest[index] ?? 0) + floor) / start)
  const power = (length + USUAL_POWER_WEIGHT) / (logs + USUAL_POWER_WEIGHT / USUAL_POWER)
  return Math.log10(counted / length) + power * Math.log10((deviation + floor) / start)
}

/**
 * Minus the decimal logarithm of the chance of a deviation at least as large to the same side: 3 for one in a thousand, 0 inside the
 * ordinary. `floor` is the size below which differences mean nothing (rounding, single counts); above zero.
 */
export function rarityOf(spread: Spread, value: number, floor: number): number {
  if (spread.counted < LEAST_SEEN) return 0
  const away = value - spread.middle
  if (away === 0) return 0
  return rarityInTail(away > 0 ? spread.above : spread.below, spread.counted, Math.abs(away), floor)
}
