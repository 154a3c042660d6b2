'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useId, useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { formatCounted } from '#components/ui/format-count.ts'
import { Part } from '#components/ui/part.tsx'
import { roleReason } from '#components/ui/role-reason.ts'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { useAction } from '#components/ui/use-action.ts'
import { planResync } from '#lib/actions/plan-resync.ts'
import { isWaiting } from '#lib/domain/people-filter.ts'
import type { Role } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import type { PeopleList, ResyncBrief } from '#lib/views/people-list/contract.ts'

interface ResyncPlanOfferProps {
  readonly data: PeopleList
  readonly role: Role
}

/** Asking again for the data of the people of the list, and what was asked before. Nothing where there is neither. */
export function ResyncPlanOffer({ data, role }: ResyncPlanOfferProps) {
  const isOffered = isWaiting(data.filter.state) && data.count.people > 0
  if (!isOffered && data.resyncs.length === 0) return null
  return (
    <Part title="Ask for their data again">
      <div className="border-t border-strong">
        {isOffered ? <Offer data={data} role={role} /> : null}
        {data.resyncs.map((run) => (
          <Brief key={run.name} run={run} />
        ))}
      </div>
    </Part>
  )
}

function Offer({ data, role }: ResyncPlanOfferProps) {
  const id = useId()
  const router = useRouter()
  const { isBusy, problem, run } = useAction(planResync)
  const [perSecond, setPerSecond] = useState(String(data.perSecond ?? 5))
  const reason = data.whyNoResync ?? roleReason(role, 'operator')
  const people = formatCounted(data.count.people, 'person', 'people')
  const rate = Number(perSecond)
  const isRate = rate > 0 && rate <= 500
  return (
    <form
      className="border-b border-rule py-3"
      onSubmit={(event) => {
        event.preventDefault()
        run({ filter: data.filter, asOfMs: data.asOfMs, perSecond: rate }, ({ name }) =>
          router.push(routes.resync(name)),
        )
      }}
    >
      <p className="max-w-[48rem] text-soft">
        For people whose messages are gone: the source sends their details again, and the e-mails that failed go out.
        The list of {people} is frozen first, so that you see whom it is about; nobody is asked for before you start it.
      </p>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <button type="submit" className="button" disabled={reason !== null || isBusy || !isRate}>
          Plan a re-sync of {people}
        </button>
        <label htmlFor={id} className="flex items-center gap-2 text-soft">
          <input
            id={id}
            className="field w-20"
            style={{ width: '5rem' }}
            inputMode="decimal"
            value={perSecond}
            disabled={reason !== null}
            aria-invalid={!isRate}
            onChange={(event) => setPerSecond(event.target.value)}
          />
          a second
        </label>
        {reason === null ? null : <p className="text-12 text-soft">{reason}</p>}
      </div>
      <ActionProblem problem={problem} />
    </form>
  )
}

function Brief({ run }: { readonly run: ResyncBrief }) {
  return (
    <p className="flex items-start gap-3 border-b border-rule py-2.5">
      <span className="flex h-5 items-center">
        <StateMark truth={run.truth} />
      </span>
      <span>
        <Link href={routes.resync(run.name)} prefetch={false} className="font-medium">
          {run.name}
        </Link>{' '}
        {run.words}
        <span className="ms-3 text-12 text-soft">
          <Time atMs={run.startedMs} />
        </span>
      </span>
    </p>
  )
}
