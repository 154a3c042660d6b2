import type { ChartData, ChartSeries } from '#lib/views/shared.ts'
import { formatCount } from '#components/ui/format-count.ts'
import { formatDuration } from '#components/ui/format-duration.ts'
import { ageTicks, countTicks } from './ticks.ts'

/** What a chart's two axes span: time as given, values from zero to a round top. */
export interface ChartScale {
  readonly fromMs: number
  readonly toMs: number
  readonly top: number
  readonly yTicks: readonly number[]
  readonly isAge: boolean
}

const AGE_UNITS = new Set(['s', 'second', 'seconds'])

export function chartScale(data: Pick<ChartData, 'series'>, fromMs: number, toMs: number): ChartScale {
  const isAge = data.series.some((series) => AGE_UNITS.has(series.unit))
  const values = data.series.flatMap((series) =>
    series.points.flatMap(([atMs, value]) => (value === null || atMs < fromMs || atMs > toMs ? [] : [value])),
  )
  const most = values.reduce((top, value) => Math.max(top, value), 0)
  const yTicks = isAge ? ageTicks(most) : countTicks(most)
  return { fromMs, toMs, top: yTicks.at(-1) ?? 1, yTicks, isAge }
}

/** Where a moment stands between the edges, 0 to 100; outside it goes beyond. */
export function percentOf(scale: Pick<ChartScale, 'fromMs' | 'toMs'>, atMs: number): number {
  return ((atMs - scale.fromMs) / Math.max(1, scale.toMs - scale.fromMs)) * 100
}

/** A value as the axis and the reading under the crosshair write it. */
export function formatValue(value: number | null, isAge: boolean): string {
  return isAge && value !== null ? formatDuration(value * 1000) : formatCount(value)
}

/** Failures are bars from the baseline; everything else is a line. */
export function isFailure(series: Pick<ChartSeries, 'id'>): boolean {
  return /fail|bounce|complain/.test(series.id)
}

/** The usual distance between two points, ms: the width of a bar. */
export function stepOf(series: Pick<ChartSeries, 'points'>): number {
  const gaps = series.points.flatMap(([atMs], at) => (at === 0 ? [] : [atMs - (series.points[at - 1]?.[0] ?? atMs)]))
  return gaps.length === 0 ? 3_600_000 : Math.min(...gaps.filter((gap) => gap > 0), 30 * 86_400_000)
}

/** How the n-th line is told apart without colour. */
export const LINE_STYLES = [
  { stroke: 'var(--ink)', dash: '' },
  { stroke: 'var(--soft)', dash: '5 3' },
  { stroke: 'var(--faint)', dash: '1.5 3' },
] as const

export function lineStyle(at: number): (typeof LINE_STYLES)[number] {
  return LINE_STYLES[at] ?? LINE_STYLES[2]
}
