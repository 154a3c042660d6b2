'use client'
import { useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { Button } from '#components/ui/button.tsx'
import { KeptFocus } from '#components/ui/kept-focus.tsx'
import { roleReason } from '#components/ui/role-reason.ts'
import { Time } from '#components/ui/time.tsx'
import { useAction } from '#components/ui/use-action.ts'
import { acknowledgeIncident } from '#lib/actions/acknowledge-incident.ts'
import type { Role } from '#lib/domain/role.ts'
import type { IncidentPage } from '#lib/views/incident/contract.ts'
import { NoteForm } from './note-form.tsx'
import { ResolveForm } from './resolve-form.tsx'

interface IncidentActionsProps {
  readonly data: IncidentPage
  readonly role: Role
}

type OpenForm = 'note' | 'resolve' | null

/** What a responder can do to the incident itself. Who may not is told why. */
export function IncidentActions({ data, role }: IncidentActionsProps) {
  const [form, setForm] = useState<OpenForm>(null)
  const acknowledging = useAction(acknowledgeIncident)
  const reason = roleReason(role, 'responder')
  const toggle = (which: OpenForm): void => setForm(form === which ? null : which)
  return (
    <KeptFocus label="What you can do" className="mt-5">
      <div className="flex flex-wrap items-center gap-3">
        {data.state === 'open' ? (
          <Button
            isLead
            isDisabled={reason !== null}
            isBusy={acknowledging.isBusy}
            onClick={() => acknowledging.run({ number: data.number })}
          >
            Acknowledge {data.name}
          </Button>
        ) : null}
        <Button isDisabled={reason !== null} isExpanded={form === 'note'} onClick={() => toggle('note')}>
          Write a note
        </Button>
        {data.state === 'resolved' ? null : (
          <Button isDisabled={reason !== null} isExpanded={form === 'resolve'} onClick={() => toggle('resolve')}>
            Resolve by hand
          </Button>
        )}
        <Doer data={data} />
        {reason === null ? null : <p className="text-soft">{reason}</p>}
      </div>
      <ActionProblem problem={data.state === 'open' ? acknowledging.problem : null} />
      {form === 'note' ? <NoteForm number={data.number} close={() => setForm(null)} /> : null}
      {form === 'resolve' && data.state !== 'resolved' ? <ResolveForm data={data} close={() => setForm(null)} /> : null}
      {data.state !== 'open' && acknowledging.problem !== null ? (
        <p role="alert" className="mt-2 font-medium">
          {acknowledging.problem}
        </p>
      ) : null}
    </KeptFocus>
  )
}

function Doer({ data }: { readonly data: IncidentPage }) {
  if (data.state !== 'acknowledged' || data.acknowledged === null) return null
  return (
    <p>
      {data.acknowledged.by} acknowledged it at <Time atMs={data.acknowledged.atMs} />.
    </p>
  )
}
