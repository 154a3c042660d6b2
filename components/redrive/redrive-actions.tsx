'use client'
import { useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { roleReason } from '#components/ui/role-reason.ts'
import { useAction } from '#components/ui/use-action.ts'
import { pauseRedrive } from '#lib/actions/pause-redrive.ts'
import { resumeRedrive } from '#lib/actions/resume-redrive.ts'
import { startRedrive } from '#lib/actions/start-redrive.ts'
import { stopRedrive } from '#lib/actions/stop-redrive.ts'
import { nextRedriveState } from '#lib/domain/redrive.ts'
import type { Role } from '#lib/domain/role.ts'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'

interface RedriveActionsProps {
  readonly data: RedrivePage
  readonly role: Role
}

/** What an operator can do to a redrive as it stands. Who may not is told why; who was too late, by whom. */
export function RedriveActions({ data, role }: RedriveActionsProps) {
  const { id, name, state } = data
  const [start, pause, resume] = [useAction(startRedrive), useAction(pauseRedrive), useAction(resumeRedrive)]
  const reason = roleReason(role, 'operator')
  const isBusy = start.isBusy || pause.isBusy || resume.isBusy
  const can = (verb: 'start' | 'pause' | 'stop'): boolean => nextRedriveState(state, verb) !== null
  const problem = <ActionProblem problem={start.problem ?? pause.problem ?? resume.problem} />
  // Who was too late hears it also when all is over by then.
  if (!can('start') && !can('stop')) return problem
  return (
    <section aria-label="What you can do" className="mt-5">
      <div className="flex flex-wrap items-center gap-3">
        {can('start') ? (
          <button
            type="button"
            className="button button-lead"
            disabled={reason !== null || isBusy}
            onClick={() => start.run({ id })}
          >
            Start {name} with one message
          </button>
        ) : null}
        {can('pause') ? (
          <button
            type="button"
            className="button"
            disabled={reason !== null || isBusy}
            onClick={() => pause.run({ id })}
          >
            Pause
          </button>
        ) : null}
        {state === 'paused' ? (
          <button
            type="button"
            className="button button-lead"
            disabled={reason !== null || isBusy}
            onClick={() => resume.run({ id })}
          >
            Go on
          </button>
        ) : null}
        {state === 'verifying' ? null : <StopButton data={data} isDisabled={reason !== null || isBusy} />}
        {reason === null ? null : <p className="text-soft">{reason}</p>}
      </div>
      {problem}
    </section>
  )
}

interface StopButtonProps {
  readonly data: RedrivePage
  readonly isDisabled: boolean
}

/** Ends it for good; asks first, since there is no going on. */
function StopButton({ data, isDisabled }: StopButtonProps) {
  const [isAsking, setIsAsking] = useState(false)
  const { isBusy, problem, run } = useAction(stopRedrive)
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
      {data.state === 'planned' ? null : (
        <span className="text-soft">What was moved stays moved; the rest stays where it is.</span>
      )}
      <ActionProblem problem={problem} />
    </span>
  )
}
