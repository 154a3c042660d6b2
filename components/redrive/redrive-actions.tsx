'use client'
import Link from 'next/link'
import { useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { Button } from '#components/ui/button.tsx'
import { ConfirmButton } from '#components/ui/confirm-button.tsx'
import { roleReason } from '#components/ui/role-reason.ts'
import { useAction } from '#components/ui/use-action.ts'
import { pauseRedrive } from '#lib/actions/pause-redrive.ts'
import { resumeRedrive } from '#lib/actions/resume-redrive.ts'
import { startRedrive } from '#lib/actions/start-redrive.ts'
import { stopRedrive } from '#lib/actions/stop-redrive.ts'
import { nextRedriveState } from '#lib/domain/redrive.ts'
import type { Role } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'
import { StartRedriveForm } from './start-redrive-form.tsx'

interface RedriveActionsProps {
  readonly data: RedrivePage
  readonly role: Role
  /** Name of the one who looks. */
  readonly reader: string
}

/** What an operator can do to a redrive as it stands. Who may not is told why; who was too late, by whom. */
export function RedriveActions({ data, role, reader }: RedriveActionsProps) {
  const { id, state } = data
  const [start, pause, resume] = [useAction(startRedrive), useAction(pauseRedrive), useAction(resumeRedrive)]
  const reason = roleReason(role, 'operator')
  const isBusy = pause.isBusy || resume.isBusy
  const can = (verb: 'start' | 'pause' | 'stop'): boolean => nextRedriveState(state, verb) !== null
  const problem = (
    <ActionProblem problem={start.problem ?? pause.problem ?? resume.problem} labels={{ typed: 'Name of the queue' }} />
  )
  // Who was too late hears it also when all is over by then.
  if (!can('start') && !can('stop'))
    return (
      <>
        {data.isResumable ? <GoOnButton data={data} isDisabled={reason !== null} resume={resume} /> : null}
        {data.isResumable && reason !== null ? <p className="mt-2 text-soft">{reason}</p> : null}
        {state === 'stopped' ? <AnotherWay data={data} /> : null}
        {problem}
      </>
    )
  return (
    <section aria-label="What you can do" className="mt-5">
      <div className="flex flex-wrap items-center gap-3">
        {can('start') ? (
          <StartRedriveForm data={data} reader={reader} isAllowed={reason === null} start={start} />
        ) : null}
        {can('pause') && data.way === 'ledger' ? (
          <Button isDisabled={reason !== null} isBusy={isBusy} onClick={() => pause.run({ id })}>
            Pause
          </Button>
        ) : null}
        {state === 'paused' ? (
          <Button isLead isDisabled={reason !== null} isBusy={isBusy} onClick={() => resume.run({ id, knowing: null })}>
            Go on
          </Button>
        ) : null}
        {state === 'verifying' ? null : <StopButton data={data} isDisabled={reason !== null} isBusy={isBusy} />}
        {reason === null ? null : <p className="text-soft">{reason}</p>}
      </div>
      {problem}
    </section>
  )
}

interface GoOnButtonProps {
  readonly data: RedrivePage
  readonly isDisabled: boolean
  readonly resume: { readonly isBusy: boolean; readonly run: (input: { id: number; knowing: string | null }) => void }
}

/** What stopped by itself goes on only for somebody who has read why. */
function GoOnButton({ data: { id, name, reason }, isDisabled, resume }: GoOnButtonProps) {
  const [hasRead, setHasRead] = useState(false)
  return (
    <div className="mt-5 flex flex-wrap items-center gap-3">
      <label className="inline-flex max-w-prose items-start gap-2">
        <input
          type="checkbox"
          className="mt-1"
          checked={hasRead}
          disabled={isDisabled}
          onChange={({ target }) => setHasRead(target.checked)}
        />
        <span>I know why it stopped: {reason}</span>
      </label>
      <Button
        isDisabled={isDisabled || !hasRead}
        isBusy={resume.isBusy}
        onClick={() => resume.run({ id, knowing: reason })}
      >
        Let {name} go on
      </Button>
    </div>
  )
}

/** What is over cannot go on; another can be planned from where this one was. */
function AnotherWay({ data: { incident, source } }: Pick<RedriveActionsProps, 'data'>) {
  return (
    <p className="mt-5">
      What it did not move is where it was. Mend the reader, or leave out what it cannot read, and plan another from{' '}
      <Link href={incident?.href ?? routes.queue(source.name)} prefetch={false}>
        {incident?.name ?? source.label}
      </Link>
      .
    </p>
  )
}

interface StopButtonProps {
  readonly data: RedrivePage
  readonly isDisabled: boolean
  /** Something else was asked for and is under way. */
  readonly isBusy: boolean
}

/** Ends it for good; asks first, since there is no going on. */
function StopButton({ data, isDisabled, isBusy }: StopButtonProps) {
  const stop = useAction(stopRedrive)
  const isPlanned = data.state === 'planned'
  const verb = isPlanned ? 'Discard' : 'Stop'
  const late = data.way === 'move-task' ? ' SQS goes on for a while after it was told to stop.' : ''
  return (
    <>
      <ConfirmButton
        label={verb}
        confirm={`${verb} ${data.name} for good`}
        keep="Keep it"
        {...(isPlanned ? {} : { note: `What was moved stays moved; the rest stays where it is.${late}` })}
        isDisabled={isDisabled}
        isBusy={isBusy || stop.isBusy}
        onConfirm={(close) => stop.run({ id: data.id }, close)}
      />
      <ActionProblem problem={stop.problem} />
    </>
  )
}
