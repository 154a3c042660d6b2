import type { ReactNode } from 'react'
import { PageHead } from '#components/shell/page-head.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import './wall.css'

interface WallNoticeProps {
  readonly text: string
  readonly children: ReactNode
}

/** What a board says when it has nothing to show: large enough to be read where it hangs. */
export function WallNotice({ text, children }: WallNoticeProps) {
  return (
    <main className="wall night">
      <PageHead headline={{ truth: 'unknown', short: 'not known' }} place="Wall" />
      <div>
        <h1 className="wall-sentence">
          <StateMark truth="unknown" size={56} />
          <span>{text}</span>
        </h1>
        <div className="mt-8 max-w-[64rem] text-28 text-soft">{children}</div>
      </div>
    </main>
  )
}
