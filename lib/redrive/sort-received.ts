import type { KnownMessages } from '#lib/store/redrive-ledger.ts'
import type { LedgerRow, Redrive } from '#lib/store/redrive-row.ts'
import { isChanged } from './apply-transform.ts'
import type { HeldMessage } from './held-message.ts'
import { isHeldBack, isSelected } from './is-selected.ts'

/** A re-sent message counts as having come back when others than this redrive received it so often: two, so that one receive of ours that a kill left uncounted does no harm. */
const FOREIGN_RECEIVES = 2
/** A message whose send failed in an unknown way so often is left for a person. */
const MOST_SEND_ATTEMPTS = 5

export interface SortedMessages {
  /** To be sent and then deleted. */
  readonly toMove: readonly { readonly message: HeldMessage; readonly before: LedgerRow | null }[]
  /** Sent already, by this redrive or an earlier one: only to be deleted. `redrive` is whose row it is. */
  readonly toDelete: readonly { readonly message: HeldMessage; readonly row: LedgerRow }[]
  /** What this redrive itself had sent. */
  readonly met: readonly { readonly message: HeldMessage; readonly row: LedgerRow; readonly hasComeBack: boolean }[]
  /** Not a part of this redrive. */
  readonly left: readonly HeldMessage[]
  /** Tried too often without knowing the end. */
  readonly tooOften: readonly HeldMessage[]
}

export interface SortOptions {
  /** How many messages that are not in the ledger yet may be taken. */
  readonly room: number
  /** While the first message is on its way no other may be taken. */
  readonly onlyId: string | null
  /** Groups that somebody holds: taken only by a redrive of that very group, or of messages that a person picked. */
  readonly heldGroups?: ReadonlySet<string>
  /** How often each message was received just now; once without. */
  readonly receives?: ReadonlyMap<string, number>
}

/** Decides what is to be done with each message that was received. */
export function sortReceived(
  run: Redrive,
  messages: readonly HeldMessage[],
  known: KnownMessages,
  options: SortOptions,
): SortedMessages {
  const sorted: Mutable = { toMove: [], toDelete: [], met: [], left: [], tooOften: [] }
  let free = options.room
  for (const message of messages) {
    const { messageId } = message
    const resent = known.resent.get(messageId)
    const row = furthest(known, messageId)
    if (resent !== undefined) {
      const ownReceives = resent.ownReceives + (options.receives?.get(messageId) ?? 1)
      sorted.met.push({ message, row: resent, hasComeBack: hasComeBack(run, message, ownReceives) })
    } else if (row?.state === 'sent' || row?.state === 'deleted') sorted.toDelete.push({ message, row })
    else if (row?.redrive === run.id) takeOwn(sorted, message, row, options.onlyId)
    else if (options.onlyId !== null || free <= 0 || !isOfRun(run, message, options.heldGroups))
      sorted.left.push(message)
    else {
      free -= 1
      sorted.toMove.push({ message, before: row ?? null })
    }
  }
  return sorted
}

/** The row of this redrive, unless an earlier one got further with the message. */
function furthest({ own, earlier }: KnownMessages, messageId: string): LedgerRow | undefined {
  const before = earlier.get(messageId)
  return before?.state === 'sent' || before?.state === 'deleted' ? before : (own.get(messageId) ?? before)
}

type Mutable = { -readonly [K in keyof SortedMessages]: SortedMessages[K][number][] }

function takeOwn(sorted: Mutable, message: HeldMessage, own: LedgerRow, onlyId: string | null): void {
  const isOther = onlyId !== null && onlyId !== message.messageId
  if (isOther || own.state === 'refused') sorted.left.push(message)
  else if (own.sendAttempts >= MOST_SEND_ATTEMPTS) sorted.tooOften.push(message)
  else sorted.toMove.push({ message, before: own })
}

/** In a dead-letter queue it is enough to be seen; in place, others must have received it, since it is there until somebody takes it. */
function hasComeBack({ mode }: Redrive, { receiveCount }: HeldMessage, ownReceives: number): boolean {
  return mode === 'dlq-to-source' || receiveCount - ownReceives >= FOREIGN_RECEIVES
}

const NONE_HELD: ReadonlySet<string> = new Set()

/** The set is frozen: what was sent after the start, what is not selected, and in place what the plan would not change, is left alone. */
function isOfRun(run: Redrive, message: HeldMessage, heldGroups: ReadonlySet<string> = NONE_HELD): boolean {
  const { sentMs, deadLetterOf } = message
  if (run.startedMs !== null && sentMs !== null && sentMs >= run.startedMs) return false
  if (!isSelected(message, run.selection) || isHeldBack(message, run.selection, heldGroups)) return false
  if (run.mode === 'dlq-to-source')
    return run.destinationKind === 'queue' || deadLetterOf === null || deadLetterOf === run.destinationQueue
  return run.transform.length === 0 || isChanged(message, run.transform)
}
