'use client'
import { useReader } from '#components/shell/reader.tsx'
import { formatMoment, formatUtc } from '#components/ui/zoned-time.ts'
import type { ChartData } from '#lib/views/shared.ts'
import { formatValue, type ChartScale } from './chart-scale.ts'

interface ChartTableProps {
  /** Of the chart. */
  readonly title: string
  readonly data: ChartData
  readonly scale: ChartScale
  readonly height: number
}

/** The chart's figures as they are, newest first. */
export function ChartTable({ title, data, scale, height }: ChartTableProps) {
  const { timeZone } = useReader()
  const bySeries = data.series.map((series) => new Map(series.points))
  const moments = [...new Set(bySeries.flatMap((points) => [...points.keys()]))]
    .filter((atMs) => atMs >= scale.fromMs && atMs <= scale.toMs)
    .sort((a, b) => b - a)
  return (
    // A box that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="overflow-y-auto" style={{ height }} tabIndex={0} aria-label={`Figures: ${title}`}>
      <table className="table">
        <thead className="sticky top-0 bg-paper">
          <tr>
            <th scope="col">Time</th>
            {data.series.map((series) => (
              <th key={series.id} scope="col" className="number">
                {series.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {moments.map((atMs) => (
            <tr key={atMs}>
              <td title={formatUtc(atMs)}>{formatMoment(atMs, timeZone, scale.toMs)}</td>
              {bySeries.map((points, at) => (
                <td key={data.series[at]?.id} className="number">
                  {formatValue(points.get(atMs) ?? null, scale.isAge)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
