import type { Point } from '#lib/store/samples.ts'

interface Stretch {
  readonly fromMs: number
  /** Null while it lasts. */
  readonly toMs: number | null
}

export interface QuietBridge {
  readonly bucketSeconds: number
  /** Seconds between two readings of a queue that is quiet, at most. */
  readonly quietSeconds: number
  /** When readings failed or nobody read: nothing is known of that time. */
  readonly gaps: readonly Stretch[]
}

/**
 * A quiet queue is read less often than others, so that finer buckets between two of its readings stay empty. Where both readings found
 * nothing, are no further apart than its beat allows and no gap lies between them, the buckets between them are none too.
 */
export function bridgeQuiet(points: readonly Point[], { bucketSeconds, quietSeconds, gaps }: QuietBridge): Point[] {
  const bucketMs = bucketSeconds * 1000
  // A reading is put at the start of its bucket, and may come a tenth of its beat late.
  const mostMs = quietSeconds * 1100 + bucketMs
  return points.flatMap((point, index): Point[] => {
    const before = points[index - 1]
    if (before === undefined || before.value !== 0 || point.value !== 0) return [point]
    const apartMs = point.atMs - before.atMs
    const isGap = gaps.some((gap) => gap.fromMs < point.atMs && (gap.toMs ?? Infinity) > before.atMs)
    if (apartMs <= bucketMs || apartMs > mostMs || isGap) return [point]
    const between = Array.from({ length: Math.ceil(apartMs / bucketMs) - 1 }, (_, at) => ({
      atMs: before.atMs + (at + 1) * bucketMs,
      value: 0,
    }))
    return [...between, point]
  })
}
