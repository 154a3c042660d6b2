import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import type { Db } from '#lib/store/db.ts'
import { SPILLWAY } from '#lib/domain/incident.ts'
import { tellArchive } from '#lib/redrive/tell-archive.ts'
import { findActiveArchive, listExpiredArchives, lockArchives, moveArchive } from '#lib/store/archives.ts'
import { dropLooksBefore } from '#lib/store/looks.ts'
import { dropOwnTrafficBefore } from '#lib/store/own-traffic.ts'
import { dropCallsBefore } from '#lib/store/api-calls.ts'
import { dropQuarantinedBefore } from '#lib/store/drop-quarantined.ts'
import { dropPartitionsBefore, ensurePartitions } from '#lib/store/partitions.ts'
import { dropSessionsEndedBefore } from '#lib/store/sessions.ts'

const DAY_MS = 86_400_000
const AHEAD_MS = 62 * DAY_MS
/** Shapes age: what was healthy long ago says little of today. */
const LOOKS_MS = 90 * DAY_MS
/** A session that has ended serves only to say who was signed in lately. */
const ENDED_SESSION_DAYS = 30
/** A year of calls can be compared with the one before at its end. */
const CALL_DAYS = 400

/** What was dropped: names of partitions, and numbers of messages, of sessions and of counts of a day's calls. */
export interface Retained {
  readonly partitions: readonly string[]
  readonly quarantined: number
  readonly sessions: number
  readonly calls: number
}

/** True when there was something to drop. */
export function hasDropped({ partitions, quarantined, sessions, calls }: Retained): boolean {
  return partitions.length + quarantined + sessions + calls > 0
}

/** Makes the partitions of the months to come and drops what is older than the settings keep. Safe to run at any time and again. */
export async function keepRetention(db: Db, { retention }: Settings, nowMs: number): Promise<Retained> {
  await ensurePartitions(db, nowMs, nowMs + AHEAD_MS)
  const samples = await dropPartitionsBefore(db, 'sample', nowMs - retention.samplesDays * DAY_MS)
  const events = await dropPartitionsBefore(db, 'outcome_event', nowMs - retention.eventsDays * DAY_MS)
  const quarantined = await dropQuarantinedBefore(db.orm, nowMs - retention.quarantineDays * DAY_MS)
  const sessions = await dropSessionsEndedBefore(db.orm, nowMs - ENDED_SESSION_DAYS * DAY_MS)
  const calls = await dropCallsBefore(db.orm, nowMs - CALL_DAYS * DAY_MS)
  await eraseExpired(db, nowMs)
  await dropLooksBefore(db.orm, nowMs - LOOKS_MS)
  await dropOwnTrafficBefore(db.orm, nowMs - retention.samplesDays * DAY_MS)
  return { partitions: [...samples, ...events], quarantined, sessions, calls }
}

/** Archives that were kept long enough; a loop removes their files. */
async function eraseExpired(db: Db, nowMs: number): Promise<void> {
  for (const { id, queue } of await listExpiredArchives(db.orm, nowMs))
    await db.transaction(async (tx) => {
      await lockArchives(tx, queue)
      // An archive that runs may rely on what this one keeps.
      if ((await findActiveArchive(tx, queue)) !== null) return
      const run = await moveArchive(tx, id, 'erase', { erasedBy: SPILLWAY }, nowMs)
      await tellArchive(tx, run, { moment: 'erasing' }, nowMs)
    })
}
