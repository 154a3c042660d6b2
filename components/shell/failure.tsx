'use client'
import { useEffect, useState } from 'react'
import { StateMark } from '#components/ui/state-mark.tsx'
import { formatMoment } from '#components/ui/zoned-time.ts'
import { readStoreDown } from './read-store-down.ts'
import { PageState } from './page-state.tsx'
import { useReader } from './reader.tsx'

const AGAIN_MS = 5000

interface FailureProps {
  /** Renders the page again. */
  readonly retry: () => void
}

/** A page that could not be made: what is wrong and since when; tries again by itself. */
export function Failure({ retry }: FailureProps) {
  const { clock, timeZone } = useReader()
  const [since, setSince] = useState<{ readonly sinceMs: number; readonly isStore: boolean } | null>(null)
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
      retry()
    }, AGAIN_MS)
    return () => clearInterval(timer)
  }, [clock, retry])
  const when = since === null ? '' : ` since ${formatMoment(since.sinceMs, timeZone, clock.nowMs())}`
  const text =
    since?.isStore === false
      ? `Spillway could not make this page${when}; nothing here is known to be good.`
      : `Spillway cannot read its store${when}; nothing here is known to be good.`
  return (
    <main id="content">
      <PageState headline={{ truth: 'unknown', text, short: `not known${when}` }} place="Spillway" />
      <div className="state-line" data-truth="unknown" aria-hidden="true" />
      <div className="frame py-10">
        <h1
          className="flex max-w-[60rem] gap-4 text-28 font-medium tracking-[-0.01em] text-pretty sm:text-40"
          role="alert"
        >
          <span className="flex h-9 items-center sm:h-12">
            <StateMark truth="unknown" size={26} />
          </span>
          {text}
        </h1>
        <p className="mt-4 max-w-[40rem] text-soft">
          What sources say meanwhile is not lost: messages stay in their queues, and history is fetched again from where
          it is kept. This page tries again every {AGAIN_MS / 1000} seconds.
        </p>
        <button type="button" className="button mt-6" onClick={retry}>
          Try now
        </button>
      </div>
    </main>
  )
}
