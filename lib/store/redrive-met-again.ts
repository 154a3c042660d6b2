import 'server-only'
import { and, isNull, sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { momentOf } from './moments.ts'
import { ofRun } from './redrive-ledger.ts'
import { redriveMessage } from './redrive-schema.ts'

/** Notes that re-sent messages were met again: by a receive of our own, and whether the consumer had them before. */
export async function markMetAgain(tx: Tx, id: number, met: readonly MetAgain[], atMs: number): Promise<void> {
  if (met.length === 0) return
  const back = met.filter(({ hasComeBack }) => hasComeBack)
  for (const [receives, some] of Map.groupBy(met, (each) => each.receives))
    await tx
      .update(redriveMessage)
      .set({ ownReceives: sql`${redriveMessage.ownReceives} + ${receives}::integer` })
      .where(
        ofRun(
          id,
          some.map(({ messageId }) => messageId),
        ),
      )
  for (const [fingerprint, some] of Map.groupBy(back, (each) => each.fingerprint))
    await tx
      .update(redriveMessage)
      .set({ cameBack: momentOf(atMs), backFingerprint: fingerprint })
      .where(
        and(
          ofRun(
            id,
            some.map(({ messageId }) => messageId),
          ),
          isNull(redriveMessage.cameBack),
        ),
      )
}

/** A re-sent message that was met again, by the id under which it was picked up. */
export interface MetAgain {
  readonly messageId: string
  readonly hasComeBack: boolean
  /** Receives of our own just now. */
  readonly receives: number
  /** The group by cause in which it is now; null where it has not come back. */
  readonly fingerprint: string | null
}
