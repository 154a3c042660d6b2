import { newestDeviation, newestHighest, newestMean, newestStep } from './recent-window.ts'

/** The sides from which a point of a series is seen. Pure. Lengths are counted in points. */

/** A series at the moment of a point, before that point is learned. */
export interface Look {
  readonly value: number
  /** The last 144 values with the new one, oldest first. */
  readonly recent: readonly number[]
  /** What is usual at this time; where that is not known yet, the usual size. */
  readonly usual: number
  /** The value less what is usual at this time, 0 while that is not known; and its mean over about the last eighty points. */
  readonly residual: number
  readonly drift: number
  /** Distance of the newest shape from those the series has had (shape-bank.ts). */
  readonly novelty: number
  /** How far the value lies outside all that came before. */
  readonly beyondRange: number
  /** Differences below this mean nothing. */
  readonly floor: number
  /** All values so far are whole numbers: counts, as far as one can tell. */
  readonly isWhole: boolean
}

interface Signal {
  readonly read: (look: Look) => number
  /** Points of the series before the signal means something. */
  readonly needs: number
  /** False for a signal that is zero when all is as before. */
  readonly isCentred: boolean
  readonly isLog?: true
}

const back = (recent: readonly number[], steps: number): number => recent[recent.length - 1 - steps] ?? recent[0] ?? 0

export const SIGNALS: readonly Signal[] = [
  // Against what is usual at this time, at once and over a while.
  { read: ({ residual }) => residual, needs: 10, isCentred: true },
  { read: ({ drift }) => drift, needs: 10, isCentred: true },
  // Change from the last point, and from the last two.
  { read: ({ recent, value }) => value - back(recent, 1), needs: 10, isCentred: true },
  { read: ({ recent, value }) => value - (back(recent, 1) + back(recent, 2)) / 2, needs: 10, isCentred: true },
  // Level over a short, a longer and a long time.
  { read: ({ recent }) => newestMean(recent, 5), needs: 10, isCentred: true },
  { read: ({ recent }) => newestMean(recent, 10), needs: 10, isCentred: true },
  { read: ({ recent }) => newestMean(recent, 144), needs: 144, isCentred: true },
  // A step from one level to another; the absence of the usual peaks; restlessness.
  { read: ({ recent }) => newestStep(recent, 30), needs: 60, isCentred: true },
  { read: ({ recent }) => newestHighest(recent, 60), needs: 60, isCentred: true },
  {
    read: ({ recent, floor }) => Math.log(newestDeviation(recent, 10) + floor),
    needs: 10,
    isCentred: true,
    isLog: true,
  },
  // A shape that the series never had; a value outside all that it ever had.
  { read: ({ novelty }) => novelty, needs: 10, isCentred: false },
  { read: ({ beyondRange }) => beyondRange, needs: 10, isCentred: false },
]

/** `drift` moves by one part in so many of what a point differs. */
export const DRIFT_MEMORY = 40
/** A count nearer than this many standard deviations to the usual one is its own noise. */
const LEAST_COUNT_DEVIATIONS = 5

/** Of a sum of counts with this variance; never less than one, since an empty past shows no variance. */
const isFar = (difference: number, variance: number): boolean =>
  Math.abs(difference) >= LEAST_COUNT_DEVIATIONS * Math.sqrt(variance + 1)

/**
 * Whether a count differs from the usual one by no more than counts do by chance: over the newest point, the last ten and, in
 * the drift, about the last eighty. A count has a noise of its own, which a short or empty past does not show; so one failure is never news.
 */
export function isCountNoise({ isWhole, value, recent, drift, usual }: Look): boolean {
  if (!isWhole) return false
  const expected = Math.max(0, usual)
  return !(
    isFar(value - usual, expected) ||
    isFar(10 * (newestMean(recent, 10) - usual), 10 * expected) ||
    isFar(DRIFT_MEMORY * drift, (DRIFT_MEMORY / 2) * expected)
  )
}
