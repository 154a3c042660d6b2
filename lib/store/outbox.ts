import 'server-only'
import { and, desc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { SlackMessagePayload } from '#lib/domain/slack-message.ts'
import type { Tx } from './db.ts'
import { outbox } from './incident-schema.ts'
import { jsonText } from './json-rows.ts'
import { momentOf, msOf } from './moments.ts'

/** The one message of an incident, a change of it in place, and a reply below it. */
export type OutboxKind = 'root' | 'update' | 'thread'

/** A message to be told as the transaction that makes it true writes it. */
export interface OutboxMessage {
  readonly incident: number
  readonly channel: 'slack'
  readonly kind: OutboxKind
  /** Equal for the same message: a second one with the same key is left out. */
  readonly dedupeKey: string
  readonly payload: SlackMessagePayload
  readonly atMs: number
}

/** A card is changed this often at most: people come and go by the second, and channels refuse who edits too much. */
export const UPDATE_EVERY_MS = 10_000

/**
 * Puts a message into the outbox of this transaction; false when one with its key is there already. An update replaces the incident's
 * updates that nobody has taken up yet, since it says all that they say, and waits until the card has stood for `UPDATE_EVERY_MS`.
 */
export async function enqueue(tx: Tx, message: OutboxMessage): Promise<boolean> {
  const { incident, channel, kind, dedupeKey, payload, atMs } = message
  if (kind === 'update')
    await tx
      .delete(outbox)
      .where(
        and(
          eq(outbox.incident, incident),
          eq(outbox.channel, channel),
          eq(outbox.kind, 'update'),
          eq(outbox.state, 'pending'),
        ),
      )
  const at = momentOf(atMs)
  const stored = await tx
    .insert(outbox)
    .values({
      incident,
      channel,
      kind,
      dedupeKey,
      payload: sql`${jsonText(payload)}::jsonb`,
      state: 'pending',
      created: at,
      nextAttempt: kind === 'update' ? momentOf(await updateFromMs(tx, message)) : at,
    })
    .onConflictDoNothing()
    .returning({ id: outbox.id })
  return stored.length > 0
}

async function updateFromMs(tx: Tx, { incident, channel, atMs }: OutboxMessage): Promise<number> {
  const [told] = await tx
    .select({ sent: outbox.sent })
    .from(outbox)
    .where(
      and(
        eq(outbox.incident, incident),
        eq(outbox.channel, channel),
        inArray(outbox.kind, ['root', 'update']),
        isNotNull(outbox.sent),
      ),
    )
    .orderBy(desc(outbox.sent))
    .limit(1)
  return told === undefined ? atMs : Math.max(atMs, (msOf(told.sent) ?? 0) + UPDATE_EVERY_MS)
}

/** Whether the one message of an incident was ever put into the outbox of a channel. */
export async function hasRootMessage(tx: Tx, incident: number, channel: OutboxMessage['channel']): Promise<boolean> {
  const rows = await tx
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(eq(outbox.incident, incident), eq(outbox.channel, channel), eq(outbox.kind, 'root')))
    .limit(1)
  return rows.length > 0
}
