import { formatCount } from '#components/ui/format-count.ts'
import type { Emails } from '#lib/views/emails/contract.ts'

const WORDS = {
  delivered: 'delivered',
  accepted: 'handed over',
  failed: 'failed',
  scheduled: 'scheduled',
  recovered: 'failed first, then sent',
} as const

/** Notifications of the range by what they are now. */
export function Totals({ totals }: Pick<Emails, 'totals'>) {
  return (
    <dl className="mb-4 flex flex-wrap gap-x-10 gap-y-2">
      {(['delivered', 'accepted', 'failed', 'scheduled', 'recovered'] as const).map((key) => (
        <div key={key} className={key === 'failed' && totals.failed > 0 ? 'text-bad' : ''}>
          <dt className="sr-only">{WORDS[key]}</dt>
          <dd className="flex items-baseline gap-1.5">
            <span className="text-20 font-medium">{formatCount(totals[key])}</span>
            <span aria-hidden="true" className={key === 'failed' && totals.failed > 0 ? '' : 'text-soft'}>
              {WORDS[key]}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  )
}
