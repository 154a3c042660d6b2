import 'server-only'
import { and, eq, inArray, not, sql, type SQL } from 'drizzle-orm'
import type { LedgerState } from '#lib/domain/redrive.ts'
import type { Tx } from './db.ts'
import { momentText, msOf } from './moments.ts'
import { ledgerRowOf, type LedgerRow } from './redrive-row.ts'
import { redriveMessage } from './redrive-schema.ts'

/** The first messages, whose fate decides whether the others follow: those that are furthest behind first; empty while none is chosen. */
export async function listCanaries(tx: Tx, id: number): Promise<LedgerRow[]> {
  const rows = await tx
    .select()
    .from(redriveMessage)
    .where(and(eq(redriveMessage.redrive, id), redriveMessage.isCanary))
    .orderBy(sql`${redriveMessage.sent} desc nulls first`, redriveMessage.messageId)
  return rows.map(ledgerRowOf)
}

/** Counts of the ledger, in messages. */
export interface LedgerCounts {
  readonly read: number
  readonly sending: number
  readonly sent: number
  readonly deleted: number
  readonly refused: number
  readonly possibleDuplicates: number
  readonly cameBack: number
  /** Of those that came back: in the group by cause in which they were found, or in another. */
  readonly sameCause: number
  readonly otherCause: number
  /** Came back and had been sent at `sinceMs` or later. */
  readonly cameBackSince: number
  /** When the latest row was sent, epoch ms; null while none was. */
  readonly lastSentMs: number | null
}

/** What is in the ledger of a redrive; `sinceMs` is for one of the counts. */
export async function countLedger(tx: Tx, id: number, sinceMs = 0): Promise<LedgerCounts> {
  const [row] = await tx
    .select({
      read: countOf('read'),
      sending: countOf('sending'),
      sent: countOf('sent'),
      deleted: countOf('deleted'),
      refused: countOf('refused'),
      possibleDuplicates: sql`count(*) filter (where ${redriveMessage.isPossibleDuplicate})`.mapWith(Number),
      cameBack: sql`count(*) filter (where ${redriveMessage.cameBack} is not null)`.mapWith(Number),
      sameCause:
        sql`count(*) filter (where ${redriveMessage.backFingerprint} = coalesce(${redriveMessage.fingerprint}, ${redriveMessage.backFingerprint}))`.mapWith(
          Number,
        ),
      otherCause:
        sql`count(*) filter (where ${redriveMessage.backFingerprint} <> ${redriveMessage.fingerprint})`.mapWith(Number),
      cameBackSince:
        sql`count(*) filter (where ${redriveMessage.cameBack} is not null and ${redriveMessage.sent} >= ${momentText(sinceMs)}::timestamptz)`.mapWith(
          Number,
        ),
      lastSent: sql`max(${redriveMessage.sent})`.mapWith(redriveMessage.sent),
    })
    .from(redriveMessage)
    .where(eq(redriveMessage.redrive, id))
  if (row === undefined) return NONE
  const { lastSent, ...counts } = row
  return { ...counts, lastSentMs: msOf(lastSent) }
}

function countOf(state: LedgerState) {
  return sql`count(*) filter (where ${redriveMessage.state} = ${state})`.mapWith(Number)
}

const NONE: LedgerCounts = {
  read: 0,
  sending: 0,
  sent: 0,
  deleted: 0,
  refused: 0,
  possibleDuplicates: 0,
  cameBack: 0,
  sameCause: 0,
  otherCause: 0,
  cameBackSince: 0,
  lastSentMs: null,
}

/** Rows of a redrive, latest first: of some states, or all. */
export async function listLedger(
  tx: Tx,
  id: number,
  { states, limit = 100 }: { readonly states?: readonly LedgerState[]; readonly limit?: number } = {},
): Promise<LedgerRow[]> {
  return latestRows(tx, id, {
    which: states === undefined ? undefined : inArray(redriveMessage.state, [...states]),
    limit,
  })
}

/**
 * Rows that a person may want to look after: refused, met again, or possibly doubled; latest first. With `isHalfWay` also those that may
 * stand in both queues, because nobody knows whether they were sent, or deleted: whatever there is of the one kind, half of the room is kept
 * for the other.
 */
export async function listNotable(
  tx: Tx,
  id: number,
  { isHalfWay, limit }: { readonly isHalfWay: boolean; readonly limit: number },
): Promise<LedgerRow[]> {
  const isKnown = sql`(${redriveMessage.state} = 'refused' or ${redriveMessage.cameBack} is not null or ${redriveMessage.isPossibleDuplicate})`
  if (!isHalfWay) return latestRows(tx, id, { which: isKnown, limit })
  const rests = inArray(redriveMessage.state, ['sending', 'sent'])
  const known = await latestRows(tx, id, { which: and(isKnown, not(rests)), limit })
  const halfWay = await latestRows(tx, id, { which: rests, limit })
  const room = Math.max(limit - known.length, Math.ceil(limit / 2))
  const shown = halfWay.slice(0, room)
  return [...known.slice(0, limit - shown.length), ...shown].toSorted((a, b) => b.readMs - a.readMs)
}

async function latestRows(
  tx: Tx,
  id: number,
  { which, limit }: { readonly which: SQL | undefined; readonly limit: number },
): Promise<LedgerRow[]> {
  const rows = await tx
    .select()
    .from(redriveMessage)
    .where(and(eq(redriveMessage.redrive, id), which))
    .orderBy(sql`${redriveMessage.read} desc`, redriveMessage.messageId)
    .limit(limit)
  return rows.map(ledgerRowOf)
}
