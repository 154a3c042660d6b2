import { PeopleCount } from '#components/emails/segment-tables.tsx'
import type { PeopleRange } from '#lib/domain/people-filter.ts'
import type { Emails } from '#lib/views/emails/contract.ts'

const WORDS = {
  delivered: 'delivered',
  accepted: 'handed over',
  failed: 'failed',
  scheduled: 'scheduled',
  recovered: 'failed first, then sent',
} as const

interface TotalsProps extends Pick<Emails, 'totals'> {
  readonly range: PeopleRange
}

/** Notifications of the range by what they are now; each opens the people behind it. */
export function Totals({ totals, range }: TotalsProps) {
  return (
    <dl className="mb-4 flex flex-wrap gap-x-10 gap-y-2">
      {(['delivered', 'accepted', 'failed', 'scheduled', 'recovered'] as const).map((key) => (
        <div key={key} className={key === 'failed' && totals.failed > 0 ? 'text-bad' : ''}>
          <dt className="sr-only">{WORDS[key]}</dt>
          <dd className="flex items-baseline gap-1.5">
            <span className="text-20 font-medium">
              <PeopleCount count={totals[key]} filter={{ state: key, range }} />
            </span>
            <span aria-hidden="true" className={key === 'failed' && totals.failed > 0 ? '' : 'text-soft'}>
              {WORDS[key]}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  )
}
