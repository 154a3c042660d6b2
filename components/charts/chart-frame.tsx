'use client'
import { useId, useState, type ComponentType, type CSSProperties } from 'react'
import { useReader } from '#components/shell/reader.tsx'
import type { ChartData } from '#lib/views/shared.ts'
import { ChartKey } from './chart-key.tsx'
import { chartScale, formatValue, percentOf, type ChartScale } from './chart-scale.ts'
import { ChartTable } from './chart-table.tsx'
import { GapHatch } from './gap-hatch.tsx'
import type { LivePlotProps } from './live-plot.tsx'
import { MarkRail } from './mark-rail.tsx'
import { StillPlot } from './still-plot.tsx'
import { timeTicks } from './ticks.ts'
import { useTableKey } from './use-table-key.ts'
import './chart.css'

/** What a chart needs to answer to a pointer. */
export interface LiveSlot {
  readonly Plot: ComponentType<LivePlotProps>
  readonly syncId: string
  readonly onSpan: LivePlotProps['onSpan']
}

interface ChartFrameProps {
  readonly title: string
  readonly data: ChartData
  /** The part of the time that is shown; all of the data's without it. */
  readonly span?: { readonly fromMs: number; readonly toMs: number } | null
  /** The plot that answers, once it is loaded; the still picture until then. */
  readonly live?: LiveSlot | null
  /** Height of the plot in px. */
  readonly height?: number
}

/** One chart: its name and key, the plot with holes hatched and marks above, its axes, what is missing, and its table twin. */
export function ChartFrame({ title, data, span, live = null, height = 168 }: ChartFrameProps) {
  const { timeZone } = useReader()
  const [isTable, setIsTable] = useState(false)
  const id = useId()
  const boxRef = useTableKey(() => setIsTable((is) => !is))
  const scale = chartScale(data, span?.fromMs ?? data.fromMs, span?.toMs ?? data.toMs)
  return (
    <figure aria-labelledby={id} className="chart min-w-0" ref={boxRef}>
      <figcaption className="flex min-h-8 flex-wrap items-center justify-between gap-x-4">
        <h3 id={id} className="font-medium">
          {title}
        </h3>
        <div className="flex items-center gap-4">
          <ChartKey series={data.series} />
          <button
            type="button"
            aria-pressed={isTable}
            aria-keyshortcuts="t"
            onClick={() => setIsTable(!isTable)}
            className="min-h-6 text-12 text-link underline decoration-strong underline-offset-3 hover:decoration-current"
          >
            {isTable ? 'As a chart' : 'As a table'}
          </button>
        </div>
      </figcaption>
      {isTable ? (
        <ChartTable title={title} data={data} scale={scale} height={height + 56} />
      ) : (
        <ChartArea title={title} data={data} scale={scale} timeZone={timeZone} height={height} live={live} />
      )}
      <p className="mt-1 min-h-4 text-12 text-soft">{hasPoints(data) ? data.note : null}</p>
    </figure>
  )
}

function hasPoints(data: ChartData): boolean {
  return data.gaps.length > 0 || data.series.some((series) => series.points.some(([, value]) => value !== null))
}

function plotHeight(height: number): CSSProperties & { readonly '--plot-height': string } {
  return { '--plot-height': `${height}px` }
}

interface ChartAreaProps {
  readonly title: string
  readonly data: ChartData
  readonly scale: ChartScale
  readonly timeZone: string
  readonly height: number
  readonly live: LiveSlot | null
}

function ChartArea({ title, data, scale, timeZone, height, live }: ChartAreaProps) {
  return (
    <div className="chart-area" style={plotHeight(height)}>
      <MarkRail marks={data.marks} scale={scale} />
      <div className="chart-plot">
        {scale.yTicks.map((tick) => (
          <div
            key={tick}
            className="chart-y"
            style={{ bottom: `${(tick / scale.top) * 100}%` }}
            data-zero={tick === 0 || undefined}
          >
            <span>{formatValue(tick, scale.isAge)}</span>
          </div>
        ))}
        <div className="absolute inset-0 overflow-hidden">
          {hasPoints(data) ? null : (
            <div className="hatch absolute inset-0 text-faint">
              <span className="chart-gap-words">{data.note ?? 'Nothing is known of this time'}</span>
            </div>
          )}
          {data.gaps.map((gap) => (
            <GapHatch key={`${gap.fromMs} ${gap.reason}`} gap={gap} scale={scale} />
          ))}
          {live === null ? (
            <StillPlot series={data.series} scale={scale} />
          ) : (
            <live.Plot title={title} series={data.series} scale={scale} syncId={live.syncId} onSpan={live.onSpan} />
          )}
        </div>
      </div>
      <div className="chart-x" aria-hidden="true">
        {timeTicks(scale.fromMs, scale.toMs, timeZone).map((tick) => (
          <span key={tick.atMs} style={{ left: `${percentOf(scale, tick.atMs)}%` }}>
            {tick.label}
          </span>
        ))}
      </div>
    </div>
  )
}
