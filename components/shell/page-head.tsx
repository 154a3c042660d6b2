import type { Headline } from '#lib/views/shared.ts'
import { stateIcon, stateTitle } from './state-icon.ts'

interface PageHeadProps {
  readonly headline: Pick<Headline, 'truth' | 'short'>
  /** Name of the page in the title. */
  readonly place: string
}

/** Title and favicon, which say the state where the page itself is not seen. Needs no script. */
export function PageHead({ headline, place }: PageHeadProps) {
  return (
    <>
      <title>{stateTitle(headline.truth, headline.short, place)}</title>
      <link rel="icon" type="image/svg+xml" href={stateIcon(headline.truth)} />
    </>
  )
}
