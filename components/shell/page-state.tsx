'use client'
import { useEffect, useRef, useState } from 'react'
import type { Headline } from '#lib/views/shared.ts'
import { PageHead } from './page-head.tsx'

interface PageStateProps {
  readonly headline: Headline
  /** Name of the page in the title. */
  readonly place: string
}

/** Says the state where the page itself is not seen: title, favicon, and once aloud when it changes. */
export function PageState({ headline, place }: PageStateProps) {
  return (
    <>
      <PageHead headline={headline} place={place} />
      <Announcer headline={headline} />
    </>
  )
}

interface Said {
  readonly text: string
  readonly isUrgent: boolean
}

function Announcer({ headline }: Pick<PageStateProps, 'headline'>) {
  const before = useRef(headline)
  const [said, setSaid] = useState<Said | null>(null)
  useEffect(() => {
    if (before.current.text === headline.text) return
    setSaid({ text: headline.text, isUrgent: headline.truth === 'bad' && before.current.truth !== 'bad' })
    before.current = headline
  }, [headline])
  return (
    <div className="sr-only">
      <p aria-live="polite">{said !== null && !said.isUrgent ? said.text : ''}</p>
      <p aria-live="assertive">{said?.isUrgent === true ? said.text : ''}</p>
    </div>
  )
}
