import 'server-only'
import type { EntryData } from '#lib/domain/incident.ts'
import { redriveName } from '#lib/domain/redrive.ts'
import type { Tx } from '#lib/store/db.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'

/** What is told of a redrive in its incident's timeline, each once. */
export type RedriveMoment =
  | 'planned'
  | 'approved'
  | 'started'
  | 'consumed'
  | 'came-back'
  | 'paused'
  | 'went-on'
  | 'moved'
  | 'ended'

/** Adds a line about the redrive to its incident's timeline; does nothing for a redrive without one. */
export async function tellIncident(
  tx: Tx,
  run: Redrive,
  what: {
    readonly moment: RedriveMoment
    readonly actor: string
    readonly text: string
    readonly data?: EntryData
    /** Tells a moment that can come more than once from itself. */
    readonly turn?: number
  },
  atMs: number,
): Promise<void> {
  if (run.incident === null) return
  const { moment, actor, text, data = {}, turn = 0 } = what
  await addEntry(tx, {
    incident: run.incident,
    atMs,
    kind: 'redrive',
    actor,
    text: `${redriveName(run.id)}: ${text}`,
    data: { redrive: run.id, ...data },
    onceKey: `redrive-${run.id}-${moment}${turn === 0 ? '' : `-${turn}`}`,
  })
}

/** Live topics that are stale when something about the redrive changed. */
export function topicsOf(run: Pick<Redrive, 'id' | 'incident' | 'sourceQueue'>): string[] {
  const topics = ['redrives', `redrive:${run.id}`, `queue:${run.sourceQueue}`]
  return run.incident === null ? topics : [...topics, 'incidents']
}
