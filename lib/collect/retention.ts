import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import type { Db } from '#lib/store/db.ts'
import { dropLooksBefore } from '#lib/store/looks.ts'
import { dropOwnTrafficBefore } from '#lib/store/own-traffic.ts'
import { dropQuarantinedBefore } from '#lib/store/drop-quarantined.ts'
import { dropPartitionsBefore, ensurePartitions } from '#lib/store/partitions.ts'

const DAY_MS = 86_400_000
const AHEAD_MS = 62 * DAY_MS
/** Shapes age: what was healthy long ago says little of today. */
const LOOKS_MS = 90 * DAY_MS

/** What was dropped: names of partitions, and a number of messages. */
export interface Retained {
  readonly partitions: readonly string[]
  readonly quarantined: number
}

/** Makes the partitions of the months to come and drops what is older than the settings keep. Safe to run at any time and again. */
export async function keepRetention(db: Db, { retention }: Settings, nowMs: number): Promise<Retained> {
  await ensurePartitions(db, nowMs, nowMs + AHEAD_MS)
  const samples = await dropPartitionsBefore(db, 'sample', nowMs - retention.samplesDays * DAY_MS)
  const events = await dropPartitionsBefore(db, 'outcome_event', nowMs - retention.eventsDays * DAY_MS)
  const quarantined = await dropQuarantinedBefore(db.orm, nowMs - retention.quarantineDays * DAY_MS)
  await dropLooksBefore(db.orm, nowMs - LOOKS_MS)
  await dropOwnTrafficBefore(db.orm, nowMs - retention.samplesDays * DAY_MS)
  return { partitions: [...samples, ...events], quarantined }
}
