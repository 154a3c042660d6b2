'use client'
import { useLayoutEffect, useRef, useState } from 'react'
import { ComposedChart, Line, ReferenceArea, Tooltip, XAxis, YAxis } from 'recharts'
import type { ChartSeries } from '#lib/views/shared.ts'
import { isFailure, lineStyle, type ChartScale } from './chart-scale.ts'
import { Crosshair } from './crosshair.tsx'
import { LonePoint } from './lone-point.tsx'
import { mergeSeries } from './merge-series.ts'
import { StillPlot } from './still-plot.tsx'
import { useSpanBrush, type TimeSpan } from './span-brush.ts'

export interface LivePlotProps {
  readonly title: string
  readonly series: readonly ChartSeries[]
  readonly scale: ChartScale
  /** Charts of one page share their crosshair by this. */
  readonly syncId: string
  readonly onSpan: (span: TimeSpan) => void
}

/** The plot that answers: crosshair over all charts of the page, and a stretch to look into by drawing over it. */
export function LivePlot({ title, series, scale, syncId, onSpan }: LivePlotProps) {
  const { boxRef, width, height } = useSize()
  const brush = useSpanBrush(onSpan)
  const lines = series.filter((one) => !isFailure(one))
  return (
    <div ref={boxRef} className="absolute inset-0 cursor-crosshair touch-pan-y select-none">
      <StillPlot series={series.filter(isFailure)} scale={scale} />
      {width === 0 ? null : (
        <ComposedChart
          width={width}
          height={height}
          data={mergeSeries(series)}
          margin={{ top: 0, right: 0, bottom: 0, left: 0 }}
          syncId={syncId}
          syncMethod="value"
          title={title}
          onMouseDown={brush.onDown}
          onMouseMove={brush.onMove}
          onMouseUp={brush.onUp}
          onMouseLeave={brush.onLeave}
        >
          <XAxis dataKey="atMs" type="number" domain={[scale.fromMs, scale.toMs]} allowDataOverflow hide />
          <YAxis domain={[0, scale.top]} allowDataOverflow hide />
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: 'var(--ink)', strokeWidth: 1 }}
            content={<Crosshair series={series} isAge={scale.isAge} />}
          />
          {lines.map((one, at) => (
            <Line
              key={one.id}
              dataKey={one.id}
              type="linear"
              stroke={lineStyle(at).stroke}
              strokeDasharray={lineStyle(at).dash}
              strokeWidth={1.5}
              dot={<LonePoint seriesId={one.id} />}
              activeDot={{ r: 3, fill: lineStyle(at).stroke, stroke: 'var(--paper)' }}
              isAnimationActive={false}
            />
          ))}
          {brush.drawn === null ? null : (
            <ReferenceArea x1={brush.drawn.fromMs} x2={brush.drawn.toMs} fill="var(--link)" fillOpacity={0.12} />
          )}
        </ComposedChart>
      )}
    </div>
  )
}

function useSize() {
  const boxRef = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const box = boxRef.current
    if (box === null) return undefined
    const measure = (): void => setSize({ width: box.clientWidth, height: box.clientHeight })
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(box)
    return () => watch.disconnect()
  }, [])
  return { boxRef, ...size }
}
