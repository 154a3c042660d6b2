'use client'
import { useState } from 'react'

/** A stretch of time, epoch ms. */
export interface TimeSpan {
  readonly fromMs: number
  readonly toMs: number
}

interface Pointed {
  readonly activeLabel?: string | number | undefined
}

/** Less than this is a click and no stretch. */
const LEAST_SPAN_MS = 60_000

function momentOf({ activeLabel }: Pointed): number | null {
  const moment = Number(activeLabel)
  return activeLabel === undefined || !Number.isFinite(moment) ? null : moment
}

/** Draws a stretch from where the button went down to where it came up, and tells it. */
export function useSpanBrush(onSpan: (span: TimeSpan) => void) {
  const [ends, setEnds] = useState<readonly [number, number] | null>(null)
  const drawn = ends === null ? null : { fromMs: Math.min(...ends), toMs: Math.max(...ends) }
  return {
    drawn,
    onDown: (at: Pointed): void => {
      const moment = momentOf(at)
      if (moment !== null) setEnds([moment, moment])
    },
    onMove: (at: Pointed): void => {
      const moment = momentOf(at)
      if (moment !== null && ends !== null && moment !== ends[1]) setEnds([ends[0], moment])
    },
    onUp: (): void => {
      setEnds(null)
      if (drawn !== null && drawn.toMs - drawn.fromMs >= LEAST_SPAN_MS) onSpan(drawn)
    },
    onLeave: (): void => setEnds(null),
  }
}
