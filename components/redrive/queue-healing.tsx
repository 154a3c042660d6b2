import Link from 'next/link'
import { Part } from '#components/ui/part.tsx'
import type { Role } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import type { QueuePage } from '#lib/views/queue/contract.ts'
import { RedriveLine } from './redrive-line.tsx'
import { RedriveOffer } from './redrive-offer.tsx'

interface QueueHealingProps {
  readonly data: Pick<QueuePage, 'offers' | 'redrives' | 'row'>
  readonly role: Role
}

/** From the queue's own page: what can be moved out of it, and what was. Nothing where there is neither. */
export function QueueHealing({ data: { offers, redrives, row }, role }: QueueHealingProps) {
  const active = new Set(offers.flatMap((offer) => offer.active?.name ?? []))
  if (offers.length + redrives.length === 0) return null
  return (
    <Part title="Redrive" aside={<Link href={routes.redrives({ queue: row.name })}>all of this queue</Link>}>
      <div className="border-t border-strong">
        {offers.map((offer) => (
          <div key={offer.queue.name}>
            <RedriveOffer offer={offer} incident={null} role={role} />
          </div>
        ))}
        {redrives
          .filter(({ name }) => !active.has(name))
          .map((each) => (
            <RedriveLine key={each.name} row={each} />
          ))}
      </div>
    </Part>
  )
}
