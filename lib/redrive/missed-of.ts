import 'server-only'
import { MOST_NAMED, type MissedMessages, type MissedWhy } from '#lib/domain/redrive-missed.ts'
import { mostOf } from '#lib/domain/redrive-selection.ts'
import type { Tx } from '#lib/store/db.ts'
import { knownMessages, type KnownMessages } from '#lib/store/redrive-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import type { LeftMessages } from './left-messages.ts'

/** What a redrive that ends has not moved: of its list each with the reason, else only what was left for a hold. Null where nothing was. */
export async function missedOf(tx: Tx, run: Redrive, left: LeftMessages): Promise<MissedMessages | null> {
  const { held } = left
  const { messageIds } = run.selection
  const none = held === 0 ? null : { count: 0, held, messages: [] }
  // Fewer than are listed were asked for.
  if (messageIds === null || (mostOf(run) ?? 0) < messageIds.length) return none
  const known = await knownMessages(tx, run, messageIds)
  const messages = messageIds.flatMap((messageId) => {
    const why = whyOf(messageId, known, left)
    return why === null ? [] : [{ messageId, why }]
  })
  if (messages.length === 0) return none
  return { count: messages.length, held, messages: messages.slice(0, MOST_NAMED) }
}

function whyOf(messageId: string, { own, earlier }: KnownMessages, left: LeftMessages): MissedWhy | null {
  const row = own.get(messageId)
  if (row?.state === 'sent' || row?.state === 'deleted') return null
  const before = earlier.get(messageId)?.state
  if (before === 'sent' || before === 'deleted') return 'sent-before'
  if (row?.state === 'refused') return 'refused'
  const met = left.get(messageId)
  if (met === undefined) return 'not-met'
  return met.isHeld ? 'held' : 'left'
}
