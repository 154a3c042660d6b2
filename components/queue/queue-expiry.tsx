import Link from 'next/link'
import { formatCount, formatCounted } from '#components/ui/format-count.ts'
import { Time, Until } from '#components/ui/time.tsx'
import { expiryAdvice } from '#lib/domain/expiry.ts'
import { routes } from '#lib/domain/routes.ts'
import type { QueuePage } from '#lib/views/queue/contract.ts'

interface QueueExpiryProps {
  readonly expiry: NonNullable<QueuePage['expiry']>
  /** The queue whose page this is. */
  readonly here: string
}

/** How long there is to save the oldest message: from its own send time, or why that is not known and how to learn it. */
export function QueueExpiry({ expiry: { queue, isDeadLetterQueue, expiry }, here }: QueueExpiryProps) {
  if (expiry.kind === 'empty') return null
  const what = isDeadLetterQueue ? 'The oldest dead letter' : 'The oldest message'
  const where =
    queue === here ? null : (
      <>
        {' '}
        in{' '}
        <Link href={routes.queue(queue)} prefetch={false}>
          {queue}
        </Link>
      </>
    )
  return (
    <section aria-label="When messages expire" className="border-y border-t-strong border-b-rule py-3">
      {expiry.kind === 'known' ? (
        <>
          <p className="text-20 font-medium">
            {what}
            {where} expires <Until atMs={expiry.atMs} />
          </p>
          <p className="text-soft">
            Sent <Time atMs={expiry.sentMs} />, by a look at <Time atMs={expiry.lookedMs} /> that read{' '}
            {expiry.about === null
              ? formatCounted(expiry.read, 'message')
              : `${formatCount(expiry.read)} of about ${formatCounted(expiry.about, 'message')}`}
            . SQS counts from when a message was first sent, not from when it died.
          </p>
        </>
      ) : (
        <>
          <p className="text-20 font-medium">
            {what}
            {where}{' '}
            {expiry.kind === 'bound' ? (
              <>
                expires at the latest <Until atMs={expiry.atMs} />
              </>
            ) : (
              'expires at a time that is not known'
            )}
          </p>
          <p className="text-soft">
            {expiryAdvice(expiry.why)}
            {expiry.kind === 'bound' ? (
              <>
                {' '}
                It was there at <Time atMs={expiry.heldSinceMs} />.
              </>
            ) : null}
          </p>
        </>
      )}
    </section>
  )
}
