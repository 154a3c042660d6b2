'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { formatClock, formatOffset } from '#components/ui/zoned-time.ts'
import { useClockText, useReader } from './reader.tsx'
import { setCookie } from './set-cookie.ts'
import { ZONE_COOKIE, zoneOptions, zonePlace } from './zone-choice.ts'

interface ServerTimeProps {
  readonly teamZone: string
}

const deviceZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** The server's clock, and the zone in which every time is shown; the reader may choose another. */
export function ServerTime({ teamZone }: ServerTimeProps) {
  const { timeZone } = useReader()
  const router = useRouter()
  // Asked for only when somebody is about to choose: the browser takes long to tell it.
  const [device, setDevice] = useState<string | null>(null)
  const askDevice = (): void => setDevice(deviceZone())
  const clock = useClockText((nowMs) => formatClock(nowMs, timeZone))
  const seconds = useClockText((nowMs) => formatClock(nowMs, timeZone, true).slice(-3))
  const offset = useClockText((nowMs) => formatOffset(nowMs, timeZone))
  const choose = (zone: string): void => {
    setCookie(ZONE_COOKIE, zone === teamZone ? null : zone)
    router.refresh()
  }
  return (
    <div className="flex items-center gap-2 whitespace-nowrap">
      <span title="The server’s clock" className="font-medium">
        {clock}
        <span className="max-sm:hidden">{seconds}</span>
      </span>
      <label className="relative text-soft hover:text-ink" title={timeZone}>
        <span aria-hidden="true" className="underline decoration-strong underline-offset-3">
          {timeZone === 'UTC' ? 'UTC' : `${zonePlace(timeZone)}, ${offset}`}
        </span>
        <span className="sr-only">Time zone</span>
        <select
          value={timeZone}
          onFocus={askDevice}
          onPointerDown={askDevice}
          onChange={(event) => choose(event.target.value)}
          className="absolute inset-x-0 -inset-y-1 cursor-pointer appearance-none opacity-0"
        >
          {zoneOptions(timeZone, teamZone, device).map((option) => (
            <option key={option.zone} value={option.zone}>
              {option.label}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}
