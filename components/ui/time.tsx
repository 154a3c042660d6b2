'use client'
import { useClockText, useReader } from '#components/shell/reader.tsx'
import { formatDuration } from './format-duration.ts'
import { formatMoment, formatUtc } from './zoned-time.ts'

interface TimeProps {
  readonly atMs: number
}

/** A moment in the reader's zone: `14:21`, with the date when it is not today; UTC on hover. */
export function Time({ atMs }: TimeProps) {
  const { timeZone } = useReader()
  const text = useClockText((nowMs) => formatMoment(atMs, timeZone, nowMs))
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formatUtc(atMs)} className="whitespace-nowrap">
      {text}
    </time>
  )
}

/** How long ago a moment was, ticking by the server's clock: `38 min`. */
export function Age({ atMs }: TimeProps) {
  const text = useClockText((nowMs) => formatDuration(nowMs - atMs))
  return (
    <span title={formatUtc(atMs)} className="whitespace-nowrap">
      {text}
    </span>
  )
}

/** How long until a moment, ticking by the server's clock, with the moment itself: `in 3 d 4 h · 14:21`. */
export function Until({ atMs }: TimeProps) {
  const text = useClockText((nowMs) => (atMs <= nowMs ? 'now' : `in ${formatDuration(atMs - nowMs)}`))
  return (
    <span>
      {text} <span aria-hidden="true">·</span> <Time atMs={atMs} />
    </span>
  )
}

interface SinceProps {
  readonly atMs: number | null
}

/** `since 14:21 · 38 min`; nothing where the beginning is not known. */
export function Since({ atMs }: SinceProps) {
  if (atMs === null) return null
  return (
    <span>
      since <Time atMs={atMs} /> <span aria-hidden="true">·</span> <Age atMs={atMs} />
    </span>
  )
}
