'use client'
import { useReader } from '#components/shell/reader.tsx'
import { formatMoment } from '#components/ui/zoned-time.ts'
import type { GapStretch } from '#lib/views/shared.ts'
import { percentOf, type ChartScale } from './chart-scale.ts'

interface GapHatchProps {
  readonly gap: GapStretch
  readonly scale: ChartScale
}

/** A stretch that nobody saw: hatched from edge to edge, with its reason. */
export function GapHatch({ gap, scale }: GapHatchProps) {
  const { timeZone } = useReader()
  const left = Math.max(0, percentOf(scale, gap.fromMs))
  const right = Math.min(100, percentOf(scale, gap.toMs ?? scale.toMs))
  if (right <= left) return null
  const when = (atMs: number): string => formatMoment(atMs, timeZone, scale.toMs)
  const words = `Not known ${when(gap.fromMs)} to ${gap.toMs === null ? 'now' : when(gap.toMs)}: ${gap.reason}`
  return (
    <div
      className="hatch absolute inset-y-0 text-faint"
      style={{ left: `${left}%`, width: `${right - left}%` }}
      title={words}
    >
      <span className={right - left > 6 ? 'chart-gap-words' : 'sr-only'}>{gap.reason}</span>
    </div>
  )
}
