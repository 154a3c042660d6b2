'use client'
import type { CSSProperties } from 'react'
import { useReader } from '#components/shell/reader.tsx'
import { formatMoment, formatUtc } from '#components/ui/zoned-time.ts'
import type { MarkPoint } from '#lib/views/shared.ts'
import { percentOf, type ChartScale } from './chart-scale.ts'

interface MarkRailProps {
  readonly marks: readonly MarkPoint[]
  readonly scale: ChartScale
}

const SHAPES: Readonly<Record<string, string>> = {
  deploy: 'M6 1 11 10.5H1Z',
  release: 'M6 1 11 10.5H1Z',
  attribute: 'M1.5 1.5h9v9h-9ZM6 1.5v9M1.5 6h9',
  incident: 'M6 .5 11.5 6 6 11.5.5 6Z',
  redrive: 'M1 6a5 5 0 1 0 1.5-3.5M1 1v3.5h3.5',
}

// Near the right edge the name stands before its shape, measured from the right.
function flipStyle(left: number): CSSProperties {
  return { right: `${100 - left}%`, left: 'auto' }
}

/** Dated facts above the plot: deploys, releases, attribute changes; each with a line down through the chart. */
export function MarkRail({ marks, scale }: MarkRailProps) {
  const { timeZone } = useReader()
  const seen = marks.filter((mark) => mark.atMs >= scale.fromMs && mark.atMs <= scale.toMs)
  return (
    <ul className="chart-rail" aria-label="Marks">
      {seen.map((mark, at) => {
        const left = percentOf(scale, mark.atMs)
        const isFlipped = left > 70
        const beside = isFlipped ? seen[at - 1]?.atMs : seen[at + 1]?.atMs
        const isNamed = beside === undefined || Math.abs(percentOf(scale, beside) - left) > (isFlipped ? 45 : 26)
        return (
          <li
            key={`${mark.atMs} ${mark.title}`}
            data-flipped={isFlipped || undefined}
            style={isFlipped ? flipStyle(left) : { left: `${left}%` }}
            title={`${formatMoment(mark.atMs, timeZone, scale.toMs)} ${mark.title} (${formatUtc(mark.atMs)})`}
          >
            <svg
              viewBox="0 0 12 12"
              width="12"
              height="12"
              aria-hidden="true"
              fill={mark.kind === 'deploy' ? 'currentColor' : 'none'}
              stroke="currentColor"
            >
              <path d={SHAPES[mark.kind] ?? 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Z'} />
            </svg>
            <span className={isNamed ? 'chart-mark-name' : 'sr-only'}>{mark.title}</span>
          </li>
        )
      })}
    </ul>
  )
}
