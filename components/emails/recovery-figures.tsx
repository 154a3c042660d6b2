import { formatDuration } from '#components/ui/format-duration.ts'
import type { PeopleRange } from '#lib/domain/people-filter.ts'
import type { Emails } from '#lib/views/emails/contract.ts'
import { PeopleCount } from './segment-tables.tsx'

interface RecoveryFiguresProps {
  readonly recovery: Emails['recovery']
  readonly range: PeopleRange
}

/** What is failed now against what went out after a failure, and how long that took. */
export function RecoveryFigures({ recovery, range }: RecoveryFiguresProps) {
  const { open, recovered, medianMs } = recovery
  return (
    <p className="mb-3 max-w-[48rem] text-16">
      <span className={open > 0 ? 'font-medium text-bad' : ''}>
        <PeopleCount count={open} filter={{ state: 'failed' }} /> {open === 1 ? 'e-mail is' : 'e-mails are'} failed now
      </span>
      {', '}
      <PeopleCount count={recovered} filter={{ state: 'recovered', range }} /> went out after a failure in this time
      {medianMs === null ? '' : `; half of these took no longer than ${formatDuration(medianMs)}`}.
    </p>
  )
}
