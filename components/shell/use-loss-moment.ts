'use client'
import type { ViewLoss } from '#lib/views/view-loss.ts'
import { useClockText, useReader } from './reader.tsx'
import { lossMoment } from './shown-headline.ts'

/** When a loss began, by the clock of today: what is shown is of the past, and midnight passes while a page waits. */
export function useLossMoment(loss: ViewLoss | null): string {
  const { timeZone } = useReader()
  return useClockText((nowMs) => lossMoment(loss, timeZone, nowMs))
}
