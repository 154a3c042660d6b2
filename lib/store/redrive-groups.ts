import 'server-only'
import { and, eq, sql } from 'drizzle-orm'
import { textArray } from './array-rows.ts'
import type { Tx } from './db.ts'
import { redriveMessage } from './redrive-schema.ts'

/** Groups of a FIFO queue of which this redrive has left a message for a person: what is behind it has to wait for that. */
export async function stoppedGroups(tx: Tx, id: number, groupIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (groupIds.length === 0) return new Set()
  const rows = await tx
    .selectDistinct({ groupId: redriveMessage.groupId })
    .from(redriveMessage)
    .where(
      and(
        eq(redriveMessage.redrive, id),
        eq(redriveMessage.state, 'refused'),
        sql`${redriveMessage.groupId} = any(${textArray(groupIds)})`,
      ),
    )
  return new Set(rows.flatMap(({ groupId }) => groupId ?? []))
}

/** Groups of a FIFO queue of which this redrive has taken a message already. */
export async function begunGroups(tx: Tx, id: number, groupIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (groupIds.length === 0) return new Set()
  const rows = await tx
    .selectDistinct({ groupId: redriveMessage.groupId })
    .from(redriveMessage)
    .where(and(eq(redriveMessage.redrive, id), sql`${redriveMessage.groupId} = any(${textArray(groupIds)})`))
  return new Set(rows.flatMap(({ groupId }) => groupId ?? []))
}
