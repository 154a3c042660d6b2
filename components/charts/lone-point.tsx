import type { MergedPoint } from './merge-series.ts'

interface LonePointProps {
  readonly seriesId: string
  readonly cx?: number
  readonly cy?: number | null
  readonly index?: number
  readonly points?: readonly { readonly payload?: MergedPoint }[]
}

/** A value alone between two holes, which no line would show. */
export function LonePoint({ seriesId, cx, cy, index = 0, points = [] }: LonePointProps) {
  const isHole = (at: number): boolean => (points[at]?.payload?.[seriesId] ?? null) === null
  if (cx === undefined || cy === undefined || cy === null || !isHole(index - 1) || !isHole(index + 1)) return null
  return <circle cx={cx} cy={cy} r="1.5" fill="var(--ink)" stroke="none" />
}
