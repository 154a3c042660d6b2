import Link from 'next/link'
import { Figure } from '#components/ui/figure.tsx'
import { TRUTH_TEXT } from '#components/ui/state-mark.tsx'
import { routes } from '#lib/domain/routes.ts'
import type { QueueRow } from '#lib/views/shared.ts'

/** What lies in the dead-letter queue, as a link to it; where there is none, that it is missing; for a dead-letter queue, whose it is. */
export function DlqLink({ row }: { readonly row: QueueRow }) {
  const [source, ...others] = row.deadLetterOf
  if (source !== undefined)
    return (
      <span className="block truncate text-16 font-normal">
        of{' '}
        <Link href={routes.queue(source)} prefetch={false} className="quiet-link">
          {source}
        </Link>
        {others.length === 0 ? null : ` and ${others.length} more`}
      </span>
    )
  if (row.dlq === null) return <span className="text-16 font-normal text-soft">no dead-letter queue</span>
  return (
    <span className={TRUTH_TEXT[row.dlq.truth]}>
      <Link href={routes.queue(row.dlq.name)} prefetch={false} className="quiet-link" title={row.dlq.name}>
        <Figure
          value={row.dlq.letters}
          whyNull="Not known: SQS has not told it"
          unknownSinceMs={row.dlq.unknownSinceMs}
        />
      </Link>
    </span>
  )
}
