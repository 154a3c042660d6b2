/** The product against the bare loop, by added latency and calls at once. */
export interface SpeedFigures {
  readonly latencyMs: number
  readonly concurrency: number
  readonly productPerSecond: number
  readonly barePerSecond: number
  readonly ratio: number
  /** Processor time of the product a message, and of the bare loop. */
  readonly productCpuMs: number
  readonly bareCpuMs: number
}

/** Messages a second asked for and moved; `difference` is the share by which it was missed. */
export interface RateFigures {
  readonly asked: number
  readonly kept: number
  readonly difference: number
}

/** What the process needs while so many messages are moved. */
export interface MemoryFigures {
  readonly count: number
  readonly perSecond: number
  readonly peakHeapMb: number
  readonly rssMb: number
}

/** What a run of `npm run bench:redrive` tells, as far as it was asked. */
export interface RedriveFigures {
  readonly speed?: readonly SpeedFigures[]
  readonly rate?: readonly RateFigures[]
  readonly memory?: readonly MemoryFigures[]
}

const LEAST_OF_BARE = 0.9
const MOST_RATE_DIFFERENCE = 0.05
const MOST_HEAP_GROWTH = 1.25

/**
 * In words, what of the figures falls short of what a redrive must reach. Empty when nothing does. Without latency the speed is told and not
 * judged: there the processors are the limit, and how many there are.
 */
export function redriveShortfalls({ speed = [], rate = [], memory = [] }: RedriveFigures): string[] {
  const said: string[] = []
  for (const { latencyMs, concurrency, ratio } of speed)
    if (latencyMs > 0 && !(ratio >= LEAST_OF_BARE))
      said.push(
        `${ratio} of the bare loop at ${latencyMs} ms and ${concurrency} calls at once; at least ${LEAST_OF_BARE} is wanted`,
      )
  for (const { asked, difference } of rate)
    if (!(Math.abs(difference) <= MOST_RATE_DIFFERENCE))
      said.push(`${difference} off the asked ${asked} a second; at most ${MOST_RATE_DIFFERENCE} is wanted`)
  const [few] = memory
  const many = memory.at(-1)
  if (few !== undefined && many !== undefined && !(many.peakHeapMb <= few.peakHeapMb * MOST_HEAP_GROWTH))
    said.push(
      `a heap of ${many.peakHeapMb} MB for ${many.count} messages and ${few.peakHeapMb} MB for ${few.count}; at most ${MOST_HEAP_GROWTH} times is wanted`,
    )
  return said
}
