import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import { counted } from '#lib/domain/count-words.ts'
import { AppError } from '#lib/domain/errors.ts'
import { queueNameOfUrl } from '#lib/domain/queue.ts'
import { resyncName } from '#lib/domain/resync.ts'
import type { Tx } from '#lib/store/db.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { listRemaining } from '#lib/store/incident-people.ts'
import { insertResync, type Resync } from '#lib/store/resyncs.ts'

/**
 * Starts asking again for the data of everybody whom an incident left without their e-mail; the list is frozen now. Throws
 * `not_configured`, `conflict` when one runs already, and `invalid_input` when nobody is without.
 */
export async function startResync(
  tx: Tx,
  wanted: { readonly incident: number; readonly by: string; readonly nowMs: number },
  settings: Settings,
): Promise<Resync & { readonly people: number }> {
  const { resync } = settings
  if (resync === undefined)
    throw new AppError('not_configured', 'resync is not set: give resync.queueUrl in spillway.yaml, and restart.')
  const { incident, by, nowMs } = wanted
  const refs = await listRemaining(tx, incident)
  if (refs.length === 0)
    throw new AppError('invalid_input', 'incident: nobody is known to be without their e-mail because of it.')
  const queue = queueNameOfUrl(resync.queueUrl)
  const isFifo = queue.endsWith('.fifo')
  const started = await insertResync(
    tx,
    {
      incident,
      queue,
      queueUrl: resync.queueUrl,
      isFifo,
      bodyTemplate: resync.bodyTemplate,
      groupTemplate: isFifo ? resync.groupTemplate : null,
      perSecond: resync.perSecond,
      startedBy: by,
      startedMs: nowMs,
    },
    refs,
  )
  await addEntry(tx, {
    incident,
    atMs: nowMs,
    kind: 'resync',
    actor: by,
    text: `${resyncName(started.id)}: started; asks again for the data of ${counted(refs.length, 'person', 'people')}.`,
    data: { resync: started.id, people: refs.length },
    onceKey: `resync-${started.id}-started`,
  })
  return { ...started, people: refs.length }
}
