/** The newest values of a series and what they look like. Pure; a window is an array, oldest first. Lengths are counted in points. */

const KEPT = 144

/** The window with one more value. */
export function addRecent(recent: readonly number[], value: number): readonly number[] {
  const next = recent.slice()
  if (next.length < KEPT) {
    next.push(value)
    return next
  }
  // Moved by hand: taking the first away and adding one at the end copies the array twice.
  for (let index = 1; index < KEPT; index += 1) next[index - 1] = next[index] ?? 0
  next[KEPT - 1] = value
  return next
}

/** Mean of the values from index `from` up to, not including, `to`. */
export function meanOf(values: readonly number[], from: number, to: number): number {
  let sum = 0
  for (let index = from; index < to; index += 1) sum += values[index] ?? 0
  return sum / (to - from)
}

/** Mean of the newest `length` values, of fewer while there are fewer; the next ones work alike. */
export function newestMean(recent: readonly number[], length: number): number {
  return meanOf(recent, Math.max(0, recent.length - length), recent.length)
}

/** Standard deviation. */
export function newestDeviation(recent: readonly number[], length: number): number {
  const from = Math.max(0, recent.length - length)
  const mean = meanOf(recent, from, recent.length)
  let sum = 0
  for (let index = from; index < recent.length; index += 1) sum += ((recent[index] ?? 0) - mean) ** 2
  return Math.sqrt(sum / (recent.length - from))
}

export function newestHighest(recent: readonly number[], length: number): number {
  let highest = -Infinity
  for (let index = Math.max(0, recent.length - length); index < recent.length; index += 1)
    highest = Math.max(highest, recent[index] ?? 0)
  return highest
}

/** Mean of the newest `length` less the mean of as many before them; zero while there are too few. */
export function newestStep(recent: readonly number[], length: number): number {
  const end = recent.length
  if (end < 2 * length) return 0
  return meanOf(recent, end - length, end) - meanOf(recent, end - 2 * length, end - length)
}
