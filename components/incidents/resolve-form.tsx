'use client'
import { useId, useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { Button } from '#components/ui/button.tsx'
import { focusFirst } from '#components/ui/focus-first.ts'
import { useAction } from '#components/ui/use-action.ts'
import { resolveIncident } from '#lib/actions/resolve-incident.ts'
import type { IncidentPage } from '#lib/views/incident/contract.ts'

interface ResolveFormProps {
  readonly data: IncidentPage
  readonly close: () => void
}

/** Ends an incident by a person's word; says first what evidence still lacks. */
export function ResolveForm({ data, close }: ResolveFormProps) {
  const id = useId()
  const [reason, setReason] = useState('')
  const { isBusy, problem, run } = useAction(resolveIncident)
  return (
    <form
      className="mt-4 max-w-[40rem]"
      onSubmit={(event) => {
        event.preventDefault()
        run({ number: data.number, reason }, close)
      }}
    >
      {data.waitingFor === null ? null : (
        <p className="mb-2">
          It would end by itself, on evidence. Evidence does not show it yet: {data.waitingFor}. Your reason stands in
          the story.
        </p>
      )}
      <label htmlFor={id} className="text-12 text-soft">
        Why it is over
      </label>
      <input
        id={id}
        className="field mt-1"
        maxLength={500}
        required
        ref={focusFirst}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="mt-2 flex gap-3">
        <Button isLead type="submit" isDisabled={reason.trim() === ''} isBusy={isBusy}>
          Resolve {data.name}
        </Button>
        <Button onClick={close}>Keep it open</Button>
      </div>
      <ActionProblem problem={problem} />
    </form>
  )
}
