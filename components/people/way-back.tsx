import Link from 'next/link'
import { routes } from '#lib/domain/routes.ts'

interface WayBackProps {
  readonly words: string
  /** A person's page lies under the list. */
  readonly isPerson?: boolean
}

/** Up to the e-mails, and from a person to the list. */
export function WayBack({ words, isPerson = false }: WayBackProps) {
  return (
    <p className="mb-3 flex flex-wrap gap-x-2 text-soft">
      <Link href={routes.emails()} prefetch={false}>
        E-mails
      </Link>
      <span aria-hidden="true">/</span>
      {isPerson ? (
        <>
          <Link href={routes.people()} prefetch={false}>
            People
          </Link>
          <span aria-hidden="true">/</span>
        </>
      ) : null}
      <span className="text-ink">{words}</span>
    </p>
  )
}
