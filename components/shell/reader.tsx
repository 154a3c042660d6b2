'use client'
import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import { learnOffsets, type ZoneOffsets } from '#components/ui/zoned-time.ts'
import { createServerClock, type ServerClock } from '#components/ui/server-clock.ts'

interface Reader {
  /** Zone in which this reader sees every time. */
  readonly timeZone: string
  /** Server's clock when the page was rendered, epoch ms. */
  readonly renderedMs: number
  readonly clock: ServerClock
}

const ReaderContext = createContext<Reader | null>(null)

interface ReaderProviderProps {
  readonly timeZone: string
  /** Of that zone around now. */
  readonly offsets?: ZoneOffsets
  readonly renderedMs: number
  readonly children: ReactNode
}

/** Gives every time on the page its zone and its clock, the same at rendering and at hydration. */
export function ReaderProvider({ timeZone, offsets, renderedMs, children }: ReaderProviderProps) {
  // Before anything below is rendered; to learn the same twice changes nothing.
  if (offsets !== undefined) learnOffsets(timeZone, offsets)
  const [clock] = useState(() => createServerClock(renderedMs))
  const [firstRenderedMs] = useState(renderedMs)
  useEffect(() => clock.correct(renderedMs), [clock, renderedMs])
  return <ReaderContext value={{ timeZone, renderedMs: firstRenderedMs, clock }}>{children}</ReaderContext>
}

export function useReader(): Reader {
  const reader = use(ReaderContext)
  if (reader === null) throw new Error('A time is shown outside ReaderProvider')
  return reader
}

/** A text that depends on the time. The component renders again only when the text changes. */
export function useClockText(write: (nowMs: number) => string): string {
  const { clock, renderedMs } = useReader()
  return useSyncExternalStore(
    (onTick) => clock.subscribe(onTick),
    () => write(clock.nowMs()),
    () => write(renderedMs),
  )
}

/** Tells the clock what the server said with its latest data. */
export function useServerWord(nowMs: number): void {
  const { clock } = useReader()
  useEffect(() => clock.correct(nowMs), [clock, nowMs])
}
