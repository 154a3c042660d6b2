'use client'
import { useId, useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { Button } from '#components/ui/button.tsx'
import { ConfirmButton } from '#components/ui/confirm-button.tsx'
import { formatCounted } from '#components/ui/format-count.ts'
import { roleReason } from '#components/ui/role-reason.ts'
import { useAction } from '#components/ui/use-action.ts'
import { eraseArchive } from '#lib/actions/erase-archive.ts'
import { restoreArchive } from '#lib/actions/restore-archive.ts'
import { stopArchive } from '#lib/actions/stop-archive.ts'
import type { Role } from '#lib/domain/role.ts'
import type { ArchiveRow } from '#lib/views/archive-rows.ts'
import type { NamedQueue } from '#lib/views/redrive-rows.ts'

interface ArchiveActionsProps {
  readonly row: ArchiveRow
  /** To which its messages can be restored: their dead-letter queue, and where they came from. */
  readonly queues: readonly NamedQueue[]
  readonly role: Role
}

const STOP_WORDS = { archiving: 'Stop archiving for good', restoring: 'Stop the restore' }
const STOP_NOTES = {
  archiving: 'What was taken stays in the archive; the rest stays in the queue.',
  restoring: 'What was restored stays where it is; the rest stays in the archive and can be restored later.',
}

/** Restore, stop or erase, as far as its state allows. */
export function ArchiveActions({ row, queues, role }: ArchiveActionsProps) {
  const id = useId()
  const [destination, setDestination] = useState(queues[0]?.name ?? '')
  const stopping = useAction(stopArchive)
  const restoring = useAction(restoreArchive)
  if (roleReason(role, 'operator') !== null) return null
  if (row.state === 'archiving' || row.state === 'restoring')
    return (
      <div className="mt-2">
        <ConfirmButton
          label={`Stop ${row.name}`}
          confirm={STOP_WORDS[row.state]}
          keep="Let it go on"
          note={STOP_NOTES[row.state]}
          isBusy={stopping.isBusy}
          onConfirm={(close) => stopping.run({ id: row.id }, close)}
        />
        <ActionProblem problem={stopping.problem} />
      </div>
    )
  if (row.state === 'erasing' || row.state === 'erased') return null
  return (
    <div className="mt-2">
      {row.restorable === 0 ? null : (
        <div className="flex flex-wrap items-end gap-x-4 gap-y-2">
          <label htmlFor={id} className="text-12 text-soft">
            Restore to
            <select
              id={id}
              className="field mt-1 text-ink"
              value={destination}
              onChange={(event) => setDestination(event.target.value)}
            >
              {queues.map(({ name, label }) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <Button isBusy={restoring.isBusy} onClick={() => restoring.run({ id: row.id, destination })}>
            Restore {formatCounted(row.restorable, 'message')}
          </Button>
          <p className="max-w-[24rem] text-12 text-soft">
            As they were; SQS gives each a new id, and its retention begins anew.
          </p>
        </div>
      )}
      <ActionProblem problem={restoring.problem} />
      <Erase row={row} role={role} />
    </div>
  )
}

/** Behind a fold and a typed name: what was not restored is lost. */
function Erase({ row, role }: Pick<ArchiveActionsProps, 'row' | 'role'>) {
  const id = useId()
  const [confirm, setConfirm] = useState('')
  const { isBusy, problem, run } = useAction(eraseArchive)
  if (roleReason(role, 'admin') !== null) return null
  return (
    <details className="mt-2">
      <summary className="min-h-6 text-link">Erase {row.name}</summary>
      <div className="mt-1 flex flex-wrap items-end gap-x-4 gap-y-2">
        <label htmlFor={id} className="text-12 text-soft">
          What was not restored is lost for good. Type {row.name}
          <input
            id={id}
            className="field mt-1 text-ink"
            autoComplete="off"
            value={confirm}
            onChange={(event) => setConfirm(event.target.value)}
          />
        </label>
        <Button isDisabled={confirm.trim() === ''} isBusy={isBusy} onClick={() => run({ id: row.id, confirm })}>
          Erase {row.name}
        </Button>
      </div>
      <ActionProblem problem={problem} />
    </details>
  )
}
