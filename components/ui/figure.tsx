import type { ReactNode } from 'react'
import { formatCount } from './format-count.ts'
import { formatUtc } from './zoned-time.ts'

interface FigureProps {
  readonly value: number | null
  readonly unit?: string
  /** Why the figure is not known, as a title; used when it is null. */
  readonly whyNull?: string
  /** Set where the figure is only the last one known: since when it is not seen. It is then hatched. */
  readonly unknownSinceMs?: number | null
}

/** A count with its smaller unit. What is not known is a dash that says why, never a zero; what was last known is hatched. */
export function Figure({
  value,
  unit,
  whyNull = 'Not known: no reading has told it yet',
  unknownSinceMs = null,
}: FigureProps) {
  if (value === null)
    return (
      <span className="text-soft" title={whyNull}>
        <span aria-hidden="true">—</span>
        <span className="sr-only">not known</span>
        {unit === undefined ? null : <span className="unit">{unit}</span>}
      </span>
    )
  return (
    <span className="whitespace-nowrap">
      <LastKnown unknownSinceMs={unknownSinceMs}>{formatCount(value)}</LastKnown>
      {unit === undefined ? null : <span className="unit">{unit}</span>}
    </span>
  )
}

interface LastKnownProps {
  /** Since when what is shown is not seen any more; null while it is. */
  readonly unknownSinceMs: number | null
  readonly children: ReactNode
}

/** Hatches what is only the last one known. */
export function LastKnown({ unknownSinceMs, children }: LastKnownProps) {
  if (unknownSinceMs === null) return children
  return (
    <span className="last-known" title={`Last known; not seen since ${formatUtc(unknownSinceMs)}`}>
      {children}
      <span className="sr-only"> last known</span>
    </span>
  )
}
