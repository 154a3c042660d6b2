'use client'
import { useClockText } from '#components/shell/reader.tsx'
import { Time } from '#components/ui/time.tsx'
import { formatClock, formatOffset } from '#components/ui/zoned-time.ts'
import type { Wall } from '#lib/views/wall/contract.ts'
import { secondsToNextPoll } from './wall-shift.ts'

interface WallCornerProps {
  readonly data: Wall
  readonly isLost: boolean
}

/** Clock, last update and next poll: the proof that the board is alive. */
export function WallCorner({ data, isLost }: WallCornerProps) {
  const { timeZone, lastReadingMs, everySeconds } = data
  const clock = useClockText((nowMs) => formatClock(nowMs, timeZone))
  const offset = useClockText((nowMs) => formatOffset(nowMs, timeZone))
  const next = useClockText((nowMs) =>
    lastReadingMs === null ? '' : String(secondsToNextPoll(nowMs, lastReadingMs, everySeconds)),
  )
  return (
    <aside className="wall-tile wall-corner" aria-label="Clock and age of the figures">
      <p className="wall-words flex gap-3">
        <span className="truncate">{data.team}</span>
        <span className="wall-since shrink-0">{offset}</span>
      </p>
      <p className="wall-figure">{clock}</p>
      <p className="wall-words">
        {lastReadingMs === null ? (
          'nothing read yet'
        ) : (
          <>
            read <Time atMs={lastReadingMs} />
          </>
        )}
      </p>
      <p className="wall-words wall-since">{nextWords(next, isLost)}</p>
    </aside>
  )
}

function nextWords(next: string, isLost: boolean): string {
  if (isLost) return 'asking again'
  if (next === '') return ''
  return next === '0' ? 'next reading due' : `next in ${next} s`
}
