'use client'
import { useReader } from '#components/shell/reader.tsx'
import { formatDay, formatMoment } from '#components/ui/zoned-time.ts'
import type { ChartSeries } from '#lib/views/shared.ts'
import { formatValue } from './chart-scale.ts'
import { valueAt } from './merge-series.ts'

interface CrosshairProps {
  /** Given by recharts: whether a moment is pointed at, and which. */
  readonly active?: boolean
  readonly label?: string | number
  readonly series: readonly ChartSeries[]
  readonly isAge: boolean
}

/** What stands under the crosshair: the moment and each series' value, or that it is not known. */
export function Crosshair({ active = false, label, series, isAge }: CrosshairProps) {
  const { timeZone } = useReader()
  const atMs = Number(label)
  if (!active || !Number.isFinite(atMs)) return null
  return (
    <div className="border border-strong bg-paper px-2 py-1 text-12">
      <p className="font-medium">
        {formatDay(atMs, timeZone, atMs)}, {formatMoment(atMs, timeZone, atMs)}
      </p>
      {series.map((one) => (
        <p key={one.id} className="flex justify-between gap-4">
          <span className="text-soft">{one.label}</span>
          <span>{formatValue(valueAt(one.points, atMs), isAge)}</span>
        </p>
      ))}
    </div>
  )
}
