'use client'
import { useEffect, useRef, useState } from 'react'
import type { Headline } from '#lib/views/shared.ts'
import { stateIcon, stateTitle } from './state-icon.ts'

interface PageStateProps {
  readonly headline: Headline
  /** Name of the page in the title. */
  readonly place: string
}

/** Says the state where the page itself is not seen: title, favicon, and once aloud when it changes. */
export function PageState({ headline, place }: PageStateProps) {
  return (
    <>
      <title>{stateTitle(headline.truth, headline.short, place)}</title>
      <link rel="icon" type="image/svg+xml" href={stateIcon(headline.truth)} />
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
