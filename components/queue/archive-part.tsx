import { StateMark } from '#components/ui/state-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { Part } from '#components/ui/part.tsx'
import type { Role } from '#lib/domain/role.ts'
import type { Truth } from '#lib/domain/truth.ts'
import type { ArchiveRow } from '#lib/views/archive-rows.ts'
import type { QueueInside } from '#lib/views/queue-inside.ts'
import { ArchiveActions } from './archive-actions.tsx'
import { ArchiveForm } from './archive-form.tsx'

interface ArchivePartProps {
  readonly inside: QueueInside
  /** The redrive that has the queue at the moment; null when none has. */
  readonly redrive: string | null
  readonly role: Role
}

const TRUTHS: Readonly<Record<ArchiveRow['state'], Truth>> = {
  archiving: 'healing',
  restoring: 'healing',
  erasing: 'healing',
  kept: 'ok',
  stopped: 'muted',
  erased: 'muted',
}

const STATE_WORDS: Readonly<Record<ArchiveRow['state'], string>> = {
  archiving: 'taking messages',
  restoring: 'restoring',
  erasing: 'erasing',
  kept: 'kept',
  stopped: 'stopped',
  erased: 'erased',
}

/** Dead letters that were taken out of the queue before SQS drops them, encrypted, and the way back. */
export function ArchivePart({ inside, redrive, role }: ArchivePartProps) {
  const { archives, isArchivable, queue, sources } = inside
  if (archives.length === 0 && !isArchivable) return null
  return (
    <Part title="Archive">
      <div className="border-t border-strong">
        {archives.length > 0 ? null : (
          <p className="border-b border-rule py-2.5">
            Nothing of {queue.label} is archived. An archive keeps dead letters encrypted, before SQS drops them.
          </p>
        )}
        {archives.map((row) => (
          <div key={row.id} className="grid grid-cols-[1.5rem_minmax(0,1fr)] gap-x-3 border-b border-rule py-2.5">
            <StateMark truth={TRUTHS[row.state]} size={24} />
            <div className="min-w-0">
              <p className="text-16 font-medium">
                {row.name}: {row.words}.
              </p>
              <p className="text-12 text-soft [overflow-wrap:anywhere]">
                {STATE_WORDS[row.state]} · {row.group === null ? 'all that no group holds' : `group ${row.group}`} ·{' '}
                {row.startedBy}, <Time atMs={row.startedMs} />: {row.purpose}
              </p>
              <Later row={row} />
              {row.trouble === null ? null : <p className="mt-1 font-medium text-bad">{row.trouble}</p>}
              <ArchiveActions row={row} queues={[queue, ...sources]} role={role} />
            </div>
          </div>
        ))}
      </div>
      {isArchivable ? <ArchiveForm inside={inside} redrive={redrive} role={role} /> : null}
    </Part>
  )
}

/** Where it went, and until when it is kept. */
function Later({ row }: { readonly row: ArchiveRow }) {
  if (row.erasedMs !== null)
    return (
      <p className="text-12 text-soft">
        erased by {row.erasedBy ?? 'spillway'} <Time atMs={row.erasedMs} />
      </p>
    )
  return (
    <p className="text-12 text-soft">
      {row.restoredTo === null ? '' : `restored to ${row.restoredTo.label} by ${row.restoredBy ?? 'somebody'}; `}
      kept{row.place === null ? '' : ` in ${row.place}`} until <Time atMs={row.expiresMs} />, then erased
    </p>
  )
}
