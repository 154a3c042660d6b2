import 'server-only'
import { and, eq, inArray, isNull, or } from 'drizzle-orm'
import { ACTIVE_STATES } from '#lib/domain/redrive.ts'
import type { Tx } from './db.ts'
import { redrive } from './redrive-schema.ts'

/**
 * True while a redrive has the queue to itself, or still looks in it for what it moved from there. One that only gives to the queue does
 * not read it, nor does one that has seen both its queues without what it sent.
 */
export async function isReadByRedrive(tx: Tx, queue: string): Promise<boolean> {
  const isVerifying = and(eq(redrive.state, 'verifying'), isNull(redrive.settled))
  const rows = await tx
    .select({ id: redrive.id })
    .from(redrive)
    .where(and(eq(redrive.sourceQueue, queue), or(inArray(redrive.state, [...ACTIVE_STATES]), isVerifying)))
    .limit(1)
  return rows.length > 0
}
