'use client'
import { useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { formatCounted } from '#components/ui/format-count.ts'
import { formatDuration } from '#components/ui/format-duration.ts'
import { roleReason } from '#components/ui/role-reason.ts'
import { useAction } from '#components/ui/use-action.ts'
import { pauseResync } from '#lib/actions/pause-resync.ts'
import { resumeResync } from '#lib/actions/resume-resync.ts'
import { startResync } from '#lib/actions/start-resync.ts'
import { stopResync } from '#lib/actions/stop-resync.ts'
import { nextResyncState, type ResyncVerb } from '#lib/domain/resync.ts'
import type { Role } from '#lib/domain/role.ts'
import type { ResyncPage } from '#lib/views/resync/contract.ts'

interface ResyncActionsProps {
  readonly data: ResyncPage
  readonly role: Role
}

/** What an operator can do to a re-sync as it stands. Who may not is told why. */
export function ResyncActions({ data, role }: ResyncActionsProps) {
  const { id, state, proof } = data
  const [start, pause, resume] = [useAction(startResync), useAction(pauseResync), useAction(resumeResync)]
  const reason = roleReason(role, 'operator')
  const isOff = reason !== null || start.isBusy || pause.isBusy || resume.isBusy
  const can = (verb: ResyncVerb): boolean => nextResyncState(state, verb) !== null
  if (!can('stop')) return null
  return (
    <section aria-label="What you can do" className="mt-5">
      <div className="flex flex-wrap items-center gap-3">
        {can('start') ? (
          <button type="button" className="button button-lead" disabled={isOff} onClick={() => start.run({ id })}>
            Ask again for {formatCounted(proof.people, 'person', 'people')}
          </button>
        ) : null}
        {can('pause') ? (
          <button type="button" className="button" disabled={isOff} onClick={() => pause.run({ id })}>
            Pause
          </button>
        ) : null}
        {can('resume') ? (
          <button type="button" className="button button-lead" disabled={isOff} onClick={() => resume.run({ id })}>
            Go on
          </button>
        ) : null}
        <StopButton data={data} isDisabled={isOff} />
        {can('start') ? (
          <span className="text-soft">
            takes about {formatDuration(data.aboutSeconds * 1000)} at {data.perSecond} a second; who has their e-mail by
            then is left out
          </span>
        ) : null}
        {reason === null ? null : <p className="text-soft">{reason}</p>}
      </div>
      <ActionProblem problem={start.problem ?? pause.problem ?? resume.problem} />
    </section>
  )
}

interface StopButtonProps {
  readonly data: ResyncPage
  readonly isDisabled: boolean
}

/** Ends it for good; asks first, since there is no going on. */
function StopButton({ data, isDisabled }: StopButtonProps) {
  const [isAsking, setIsAsking] = useState(false)
  const { isBusy, problem, run } = useAction(stopResync)
  const verb = data.state === 'planned' ? 'Discard' : 'Stop'
  if (!isAsking)
    return (
      <button type="button" className="button" disabled={isDisabled} onClick={() => setIsAsking(true)}>
        {verb}
      </button>
    )
  return (
    <span className="inline-flex flex-wrap items-center gap-3">
      <button
        type="button"
        className="button"
        disabled={isDisabled || isBusy}
        onClick={() => run({ id: data.id }, () => setIsAsking(false))}
      >
        {verb} {data.name} for good
      </button>
      <button type="button" className="button" onClick={() => setIsAsking(false)}>
        Keep it
      </button>
      <ActionProblem problem={problem} />
    </span>
  )
}
