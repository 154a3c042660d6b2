'use client'
import type { ReactNode } from 'react'
import { Sentence } from '#components/ui/sentence.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Age } from '#components/ui/time.tsx'
import type { PageBase } from '#lib/views/shared.ts'
import type { ViewLoss } from '#lib/views/view-loss.ts'
import { PageState } from './page-state.tsx'
import { useServerWord } from './reader.tsx'
import { shownHeadline } from './shown-headline.ts'
import { useLossMoment } from './use-loss-moment.ts'

interface PageFrameProps {
  readonly base: PageBase
  /** Set while what is shown is not of now. */
  readonly loss: ViewLoss | null
  /** Name of the page for the title. */
  readonly place: string
  /** Stands over the sentence, e.g. the way back. */
  readonly above?: ReactNode
  readonly children: ReactNode
}

/** What every page is: the line of its state, the one true sentence, and the rest in reading order. */
export function PageFrame({ base, loss, place, above, children }: PageFrameProps) {
  useServerWord(base.nowMs)
  const headline = shownHeadline(base.headline, loss, useLossMoment(loss))
  return (
    <>
      <PageState headline={headline} place={place} />
      <div className="state-line" data-truth={headline.truth} aria-hidden="true" />
      <div className="frame pt-6 sm:pt-10">
        {above}
        <h1
          data-truth={headline.truth}
          className="flex max-w-[72rem] gap-3 text-28 font-medium tracking-[-0.01em] text-pretty sm:gap-4 sm:text-40"
        >
          <span className="flex h-9 items-center sm:h-12">
            <StateMark truth={headline.truth} size={26} />
          </span>
          <span>
            <Sentence text={headline.text} />
          </span>
        </h1>
        {loss === null ? null : (
          <p className="mt-3 text-soft">
            Figures are those of <Age atMs={base.nowMs} /> ago.{' '}
            {loss.kind === 'slow' ? 'The next are under way.' : 'This page tries again by itself.'}
          </p>
        )}
        <div className="mt-8 space-y-12 sm:mt-10 sm:space-y-16" data-stale={loss !== null || undefined}>
          {children}
        </div>
      </div>
    </>
  )
}
