'use client'
import { useEffect, useRef, useState, type ComponentType } from 'react'
import type { ChartData } from '#lib/views/shared.ts'
import { ChartFrame } from './chart-frame.tsx'
import type { LivePlotProps } from './live-plot.tsx'
import { clipSpan, writeSpan } from './span-address.ts'
import type { TimeSpan } from './span-brush.ts'
import { RangeTabs } from './range-tabs.tsx'

interface GroupChart {
  readonly title: string
  readonly data: ChartData
}

interface ChartGroupProps {
  readonly charts: readonly GroupChart[]
  /** Address of the page, without its query. */
  readonly href: string
  readonly range: string
  /** The stretch that the address asks for. */
  readonly initialSpan: TimeSpan | null
}

/** The charts of a page: one range, one crosshair, one stretch to look into. Still pictures first; they answer once they are in sight. */
export function ChartGroup({ charts, href, range, initialSpan }: ChartGroupProps) {
  const [span, setSpan] = useState(initialSpan)
  const { boxRef, Plot } = useLivePlot()
  const show = (next: TimeSpan | null): void => {
    setSpan(next)
    history.replaceState(null, '', `${href}${writeSpan(range, next)}`)
  }
  return (
    <div ref={boxRef}>
      <div className="mb-2 flex min-h-8 flex-wrap items-center justify-between gap-x-6 border-b border-strong">
        <RangeTabs href={href} range={range} />
        {span === null ? (
          <p className="text-12 text-soft max-sm:hidden">Draw over a chart to look closer.</p>
        ) : (
          <button type="button" className="text-link underline underline-offset-3" onClick={() => show(null)}>
            Show the whole range
          </button>
        )}
      </div>
      <div className="space-y-2">
        {charts.map(({ title, data }) => (
          <ChartFrame
            key={title}
            title={title}
            data={data}
            span={clipSpan(span, data)}
            live={Plot === null ? null : { Plot, syncId: href, onSpan: show }}
          />
        ))}
      </div>
    </div>
  )
}

/** Loads the plot that answers when its place comes near the screen: its library is larger than all the rest of the page. */
function useLivePlot() {
  const boxRef = useRef<HTMLDivElement>(null)
  const [Plot, setPlot] = useState<ComponentType<LivePlotProps> | null>(null)
  useEffect(() => {
    const box = boxRef.current
    if (box === null) return undefined
    let isGone = false
    const watch = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return
        watch.disconnect()
        // A plot that cannot be loaded leaves the still picture, which shows the same.
        void import('./live-plot.tsx').then(
          (loaded) => (isGone ? undefined : setPlot(() => loaded.LivePlot)),
          () => undefined,
        )
      },
      { rootMargin: '200px' },
    )
    watch.observe(box)
    return () => {
      isGone = true
      watch.disconnect()
    }
  }, [])
  return { boxRef, Plot }
}
