import { RedriveLine } from '#components/redrive/redrive-line.tsx'
import { RedriveOffer } from '#components/redrive/redrive-offer.tsx'
import { KeptFocus } from '#components/ui/kept-focus.tsx'
import { Part } from '#components/ui/part.tsx'
import type { Role } from '#lib/domain/role.ts'
import type { IncidentPage } from '#lib/views/incident/contract.ts'
import { ResyncLine } from './resync-line.tsx'
import { ResyncOffer } from './resync-offer.tsx'

interface HealingPartProps {
  readonly data: IncidentPage
  readonly role: Role
}

/** What can be done about it, and what was done and proven. Left out where there is neither. */
export function HealingPart({ data, role }: HealingPartProps) {
  const { offers, redrives, resyncs, peopleToAsk } = data.healing
  const isOpen = data.state !== 'resolved'
  const active = new Set(offers.flatMap(({ active: row }) => row?.name ?? []))
  const asks = isOpen && peopleToAsk > 0
  if (offers.length + redrives.length + resyncs.length === 0 && !asks) return null
  return (
    <Part title={isOpen ? 'What can be done' : 'What was done'}>
      <KeptFocus label="Redrives and re-syncs" className="border-t border-strong">
        {offers.map((offer) => (
          <RedriveOffer key={offer.queue.name} offer={offer} incident={data.number} role={role} />
        ))}
        {redrives
          .filter(({ name }) => !active.has(name))
          .map((row) => (
            <RedriveLine key={row.name} row={row} />
          ))}
        {asks ? <ResyncOffer data={data} role={role} /> : null}
        {resyncs.map((resync) => (
          <ResyncLine key={resync.name} resync={resync} />
        ))}
      </KeptFocus>
    </Part>
  )
}
