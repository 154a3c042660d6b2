import 'server-only'
import { resyncName, type ResyncVerb } from '#lib/domain/resync.ts'
import type { Tx } from '#lib/store/db.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { moveResync, type Resync } from '#lib/store/resyncs.ts'
import type { Doer } from './doer.ts'

const DONE = { pause: 'paused', resume: 'resumed', stop: 'stopped' } as const

/**
 * Lets a re-sync rest after the step that is under way, goes on with it, or ends it for good: whoever was asked for stays asked for.
 * Throws `conflict` when it cannot be done in its state.
 */
export async function controlResync(
  tx: Tx,
  id: number,
  verb: Exclude<ResyncVerb, 'start'>,
  { by, nowMs }: Doer,
): Promise<Resync> {
  const reason = verb === 'resume' ? null : `${verb === 'pause' ? 'Paused' : 'Stopped'} by ${by}.`
  const moved = await moveResync(tx, id, verb, { reason, by }, nowMs)
  if (moved.incident !== null)
    await addEntry(tx, {
      incident: moved.incident,
      atMs: nowMs,
      kind: 'resync',
      actor: by,
      text: `${DONE[verb]} ${resyncName(id)}.`,
      data: { resync: id },
      onceKey: `resync-${id}-${verb}-${nowMs}`,
    })
  return moved
}
