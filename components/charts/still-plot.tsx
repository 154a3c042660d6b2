import type { ChartSeries } from '#lib/views/shared.ts'
import { isFailure, lineStyle, percentOf, stepOf, type ChartScale } from './chart-scale.ts'
import { linePaths } from './line-paths.ts'

interface StillPlotProps {
  readonly series: readonly ChartSeries[]
  readonly scale: ChartScale
}

/** Lines and bars as plain SVG: in the first HTML, without any script. Stretched to its box, strokes kept at their width. */
export function StillPlot({ series, scale }: StillPlotProps) {
  const lines = series.filter((one) => !isFailure(one))
  return (
    <svg viewBox="0 0 100 100" preserveAspectRatio="none" className="absolute inset-0 size-full" aria-hidden="true">
      {series.filter(isFailure).map((one) => (
        <path key={one.id} d={barsPath(one, scale)} fill="var(--bad)" />
      ))}
      {lines.map((one, at) => (
        <path
          key={one.id}
          d={linePaths(
            one.points.map(([atMs, value]) => [
              percentOf(scale, atMs),
              value === null ? null : 100 - (value / scale.top) * 100,
            ]),
          )}
          fill="none"
          stroke={lineStyle(at).stroke}
          strokeDasharray={lineStyle(at).dash}
          strokeWidth="1.5"
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  )
}

function barsPath(one: ChartSeries, scale: ChartScale): string {
  const width = (stepOf(one) / Math.max(1, scale.toMs - scale.fromMs)) * 100 * 0.8
  return one.points
    .flatMap(([atMs, value]) => {
      if (value === null || value <= 0) return []
      const left = percentOf(scale, atMs)
      const height = (value / scale.top) * 100
      return [`M${left.toFixed(2)} 100v-${height.toFixed(2)}h${width.toFixed(2)}v${height.toFixed(2)}Z`]
    })
    .join('')
}
