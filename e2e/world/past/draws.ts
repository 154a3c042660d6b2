import type { Random } from '#world/random.ts'

/** A Poisson number; fit for means of up to some hundreds. */
export function poisson(random: Random, mean: number): number {
  if (mean <= 0) return 0
  // Of a large mean by halves, so that the limit does not become zero.
  if (mean > 50) return poisson(random, mean / 2) + poisson(random, mean / 2)
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = random.next(); product > limit; product *= random.next()) count += 1
  return count
}

/** So many moments within a stretch of time, in order. */
export function spread(random: Random, count: number, fromMs: number, lengthMs: number): number[] {
  return Array.from({ length: count }, () => fromMs + Math.floor(random.next() * lengthMs)).toSorted((a, b) => a - b)
}

/** A waiting time with this mean. */
export function waitingMs(random: Random, meanMs: number): number {
  return Math.floor(-Math.log(1 - random.next()) * meanMs)
}
