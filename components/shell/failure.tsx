'use client'
import { usePathname, useRouter } from 'next/navigation'
import { startTransition, useEffect, useEffectEvent, useState } from 'react'
import { StateMark } from '#components/ui/state-mark.tsx'
import { formatMoment } from '#components/ui/zoned-time.ts'
import { routes } from '#lib/domain/routes.ts'
import { readStoreDown } from './read-store-down.ts'
import { PageState } from './page-state.tsx'
import { useReader } from './reader.tsx'

const AGAIN_MS = 5000

interface FailureProps {
  /** Gives up the failed attempt, so that the page is rendered again. */
  readonly reset: () => void
}

/** A page that could not be made: what is wrong and since when; tries again by itself. */
export function Failure({ reset }: FailureProps) {
  const router = useRouter()
  const isWall = usePathname() === routes.wall()
  const { clock, timeZone } = useReader()
  const [since, setSince] = useState<{ readonly sinceMs: number; readonly isStore: boolean } | null>(null)
  const retry = (): void =>
    startTransition(() => {
      router.refresh()
      reset()
    })
  const onBeat = useEffectEvent(retry)
  useEffect(() => {
    const firstMs = clock.nowMs()
    const look = async (): Promise<void> => {
      const downSeconds = await readStoreDown()
      setSince({
        sinceMs: downSeconds === null ? firstMs : clock.nowMs() - downSeconds * 1000,
        isStore: downSeconds !== null,
      })
    }
    void look()
    const timer = setInterval(() => {
      void look()
      onBeat()
    }, AGAIN_MS)
    return () => clearInterval(timer)
  }, [clock])
  const when = since === null ? '' : ` since ${formatMoment(since.sinceMs, timeZone, clock.nowMs())}`
  const text =
    since?.isStore === false
      ? `Spillway could not make this page${when}; nothing here is known to be good.`
      : `Spillway cannot read its store${when}; nothing here is known to be good.`
  return (
    <div className={isWall ? 'night min-h-dvh bg-paper text-ink' : undefined}>
      <PageState headline={{ truth: 'unknown', text, short: `not known${when}` }} place="Spillway" />
      <div className="state-line" data-truth="unknown" aria-hidden="true" />
      <div className="frame py-10">
        <div role="alert">
          <h1
            className={`flex gap-4 text-28 font-medium tracking-[-0.01em] text-pretty ${isWall ? 'sm:text-64' : 'max-w-[60rem] sm:text-40'}`}
          >
            <span className={`flex items-center ${isWall ? 'h-18' : 'h-9 sm:h-12'}`}>
              <StateMark truth="unknown" size={isWall ? 48 : 26} />
            </span>
            {text}
          </h1>
        </div>
        <p className={`mt-4 text-soft ${isWall ? 'text-28' : 'max-w-[40rem]'}`}>
          Messages wait in their queues meanwhile, and what the sources keep is fetched again; the rest will be shown as
          a gap. This page tries again every {AGAIN_MS / 1000} seconds.
        </p>
        {isWall ? null : (
          <button type="button" className="button mt-6" onClick={retry}>
            Try now
          </button>
        )}
      </div>
    </div>
  )
}
