import type { ChartSeries } from '#lib/views/shared.ts'
import { isFailure, lineStyle } from './chart-scale.ts'

interface ChartKeyProps {
  readonly series: readonly ChartSeries[]
}

/** The lines by name, drawn as they are in the plot. */
export function ChartKey({ series }: ChartKeyProps) {
  const lines = series.filter((one) => !isFailure(one))
  return (
    <ul className="flex flex-wrap gap-x-4 text-12 text-soft">
      {series.map((one) => (
        <li key={one.id} className="flex items-center gap-1.5">
          <svg width="16" height="10" aria-hidden="true">
            {isFailure(one) ? (
              <path d="M3 10V3h3v7ZM9 10V0h3v10Z" fill="var(--bad)" />
            ) : (
              <path
                d="M0 5h16"
                stroke={lineStyle(lines.indexOf(one)).stroke}
                strokeDasharray={lineStyle(lines.indexOf(one)).dash}
                strokeWidth="1.5"
              />
            )}
          </svg>
          {one.label}
        </li>
      ))}
    </ul>
  )
}
