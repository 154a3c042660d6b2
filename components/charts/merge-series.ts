import type { ChartSeries } from '#lib/views/shared.ts'

/** One moment of all lines, as recharts wants it: the value of each series under its id. */
export type MergedPoint = { readonly atMs: number } & Readonly<Record<string, number | null>>

/** Joins series by moment. A series without a point at another's moment is drawn straight through it; only a null is a hole. */
export function mergeSeries(series: readonly ChartSeries[]): MergedPoint[] {
  const moments = [...new Set(series.flatMap((one) => one.points.map(([atMs]) => atMs)))].sort((a, b) => a - b)
  const columns = series.map((one) => ({ id: one.id, values: valuesAt(one.points, moments) }))
  return moments.map((atMs, at) => ({
    atMs,
    ...Object.fromEntries(columns.map(({ id, values }) => [id, values[at] ?? null])),
  }))
}

function valuesAt(points: ChartSeries['points'], moments: readonly number[]): (number | null)[] {
  let next = 0
  return moments.map((atMs) => {
    while (next < points.length && (points[next]?.[0] ?? Infinity) < atMs) next += 1
    const after = points[next]
    if (after === undefined || after[0] === atMs) return after?.[1] ?? null
    const before = points[next - 1]
    if (before === undefined || before[1] === null || after[1] === null) return null
    return before[1] + ((after[1] - before[1]) * (atMs - before[0])) / (after[0] - before[0])
  })
}

/** The value that holds at a moment: that of the last point up to it; null in a hole and before the first. */
export function valueAt(points: ChartSeries['points'], atMs: number): number | null {
  return points.findLast(([pointMs]) => pointMs <= atMs)?.[1] ?? null
}
