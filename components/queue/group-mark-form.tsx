'use client'
import { useId, useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { Button } from '#components/ui/button.tsx'
import { focusFirst } from '#components/ui/focus-first.ts'
import { useAction } from '#components/ui/use-action.ts'
import { markGroup } from '#lib/actions/mark-group.ts'
import type { GroupRow } from '#lib/views/queue-inside.ts'

interface GroupMarkFormProps {
  readonly group: GroupRow
  readonly queue: string
  readonly close: () => void
}

const LABELS = { note: 'Note for everybody', owner: 'Owner', ticketUrl: 'Ticket', isHeld: 'Hold' }

/** Note, owner, hold and ticket of a group. What was typed stays until it is stored. */
export function GroupMarkForm({ group, queue, close }: GroupMarkFormProps) {
  const id = useId()
  const [mark, setMark] = useState(group.mark)
  const { isBusy, problem, run } = useAction(markGroup)
  return (
    <form
      className="mt-3 max-w-[40rem] space-y-3"
      onSubmit={(event) => {
        event.preventDefault()
        run({ queue, fingerprint: group.fingerprint, ...mark }, close)
      }}
    >
      <label htmlFor={`${id}-note`} className="block text-12 text-soft">
        Note for everybody; name no patient or trainee
        <textarea
          id={`${id}-note`}
          className="field mt-1 text-ink"
          rows={2}
          maxLength={2000}
          ref={focusFirst}
          value={mark.note ?? ''}
          onChange={(event) => setMark({ ...mark, note: event.target.value })}
        />
      </label>
      <div className="grid gap-3 sm:grid-cols-2">
        <label htmlFor={`${id}-owner`} className="block text-12 text-soft">
          Owner
          <input
            id={`${id}-owner`}
            className="field mt-1 text-ink"
            maxLength={100}
            value={mark.owner ?? ''}
            onChange={(event) => setMark({ ...mark, owner: event.target.value })}
          />
        </label>
        <label htmlFor={`${id}-ticket`} className="block text-12 text-soft">
          Ticket, an http(s) address
          <input
            id={`${id}-ticket`}
            className="field mt-1 text-ink"
            inputMode="url"
            maxLength={500}
            value={mark.ticketUrl ?? ''}
            onChange={(event) => setMark({ ...mark, ticketUrl: event.target.value })}
          />
        </label>
      </div>
      <label className="flex min-h-8 items-center gap-3">
        <input
          type="checkbox"
          className="size-4 shrink-0 accent-(--link)"
          checked={mark.isHeld}
          onChange={(event) => setMark({ ...mark, isHeld: event.target.checked })}
        />
        Hold: a redrive of all leaves these where they are
      </label>
      <div className="flex gap-3">
        <Button isLead type="submit" isBusy={isBusy}>
          Keep
        </Button>
        <Button onClick={close}>Leave it</Button>
      </div>
      <ActionProblem problem={problem} labels={LABELS} />
    </form>
  )
}
