'use client'
import { useId, useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { ConfirmButton } from '#components/ui/confirm-button.tsx'
import { formatCounted } from '#components/ui/format-count.ts'
import { roleReason } from '#components/ui/role-reason.ts'
import { useAction } from '#components/ui/use-action.ts'
import { archiveMessages } from '#lib/actions/archive-messages.ts'
import type { Role } from '#lib/domain/role.ts'
import type { QueueInside } from '#lib/views/queue-inside.ts'

interface ArchiveFormProps {
  readonly inside: QueueInside
  /** The redrive that has the queue at the moment; null when none has. */
  readonly redrive: string | null
  readonly role: Role
}

const LABELS = { fingerprint: 'Which messages', purpose: 'Why' }

/** Begins an archive. It takes messages out of their queue, so it says what that means and asks why. */
export function ArchiveForm({ inside: { queue, groups, archives }, redrive, role }: ArchiveFormProps) {
  const id = useId()
  const [fingerprint, setFingerprint] = useState('')
  const [purpose, setPurpose] = useState('')
  const { isBusy, problem, run } = useAction(archiveMessages)
  const archiving = archives.find(({ state }) => state === 'archiving')
  const reason =
    roleReason(role, 'operator') ??
    (redrive === null ? null : `${redrive} works on this queue. Wait for its end, or stop it, before you archive.`) ??
    (archiving === undefined ? null : `${archiving.name} takes messages out of this queue now.`)
  const chosen = groups.find((group) => group.fingerprint === fingerprint)
  const what = chosen === undefined ? `the messages of ${queue.label}` : chosen.name
  const start = (close: () => void): void =>
    run({ queue: queue.name, fingerprint: fingerprint === '' ? null : fingerprint, purpose }, () => {
      setPurpose('')
      close()
    })
  return (
    // Enter in a field starts nothing: taking messages out is asked about first.
    <form className="mt-4 max-w-[40rem]" onSubmit={(event) => event.preventDefault()}>
      <fieldset disabled={reason !== null} className="grid gap-3 sm:grid-cols-2">
        <label htmlFor={`${id}-group`} className="block text-12 text-soft">
          Which messages
          <select
            id={`${id}-group`}
            className="field mt-1 text-ink"
            value={fingerprint}
            onChange={(event) => setFingerprint(event.target.value)}
          >
            <option value="">all, except held groups</option>
            {groups.map((group) => (
              <option key={group.fingerprint} value={group.fingerprint}>
                {group.name}, {formatCounted(group.count, 'message')} in the latest look
              </option>
            ))}
          </select>
        </label>
        <label htmlFor={`${id}-purpose`} className="block text-12 text-soft">
          Why
          <input
            id={`${id}-purpose`}
            className="field mt-1 text-ink"
            maxLength={500}
            required
            value={purpose}
            onChange={(event) => setPurpose(event.target.value)}
          />
        </label>
      </fieldset>
      <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <ConfirmButton
          label={`Archive ${what}`}
          confirm={`Take all ${chosen === undefined ? '' : `of ${chosen.name} `}out of the queue`}
          keep="Leave them"
          note={
            chosen === undefined
              ? `All of ${queue.label}, except held groups.`
              : `${formatCounted(chosen.count, 'message')} at the latest look; there may be more now.`
          }
          isDisabled={reason !== null || purpose.trim() === ''}
          isBusy={isBusy}
          onConfirm={start}
        />
        <p className="max-w-[36rem] text-12 text-soft">
          {reason ??
            (purpose.trim() === ''
              ? 'Say why first: it stays with the archive.'
              : 'Takes them out of the queue and keeps them encrypted; each is deleted only once it surely lies there. They can be restored until the archive is erased.')}
        </p>
      </div>
      <ActionProblem problem={problem} labels={LABELS} />
    </form>
  )
}
