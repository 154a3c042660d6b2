import { movesWholeGroups } from '#lib/domain/redrive-selection.ts'
import type { KnownMessages } from '#lib/store/redrive-ledger.ts'
import type { LedgerRow, Redrive } from '#lib/store/redrive-row.ts'
import { isChanged } from './apply-transform.ts'
import type { HeldMessage } from './held-message.ts'
import { isFifoRun, isRepeatSafe } from './fifo-rules.ts'
import { isHeldBack, isSelected } from './is-selected.ts'

/** A re-sent message counts as having come back when others than this redrive received it so often: two, so that one receive of ours that a kill left uncounted does no harm. */
const FOREIGN_RECEIVES = 2
/** A message whose send failed in an unknown way so often is left for a person. */
const MOST_SEND_ATTEMPTS = 5

export interface SortedMessages {
  /** To be sent and then deleted; of a FIFO queue in the order in which they stand there. */
  readonly toMove: readonly { readonly message: HeldMessage; readonly before: LedgerRow | null }[]
  /** Sent already, by this redrive or an earlier one: only to be deleted. `redrive` is whose row it is. */
  readonly toDelete: readonly { readonly message: HeldMessage; readonly row: LedgerRow }[]
  /** What this redrive itself had sent. */
  readonly met: readonly { readonly message: HeldMessage; readonly row: LedgerRow; readonly hasComeBack: boolean }[]
  /** Not a part of this redrive. */
  readonly left: readonly HeldMessage[]
  /** Nobody can learn any more whether SQS took it: left for a person, with the reason. */
  readonly doubtful: readonly { readonly message: HeldMessage; readonly problem: string }[]
}

export interface SortOptions {
  /** How many messages that are not in the ledger yet may be taken. */
  readonly room: number
  readonly nowMs: number
  /** Groups by cause that somebody holds: taken only by a redrive of that very group, or of messages that a person picked. */
  readonly heldGroups?: ReadonlySet<string>
  /** How often each message was received just now; once without. */
  readonly receives?: ReadonlyMap<string, number>
  /** Groups of a FIFO queue of which a message was left for a person: what is behind it stays, too. */
  readonly stopped?: ReadonlySet<string>
  /** Groups of a FIFO queue of which some was taken already: in place the rest has to follow. */
  readonly begun?: ReadonlySet<string>
}

type Mutable = { -readonly [K in keyof SortedMessages]: SortedMessages[K][number][] }

/** Decides what is to be done with each message that was received. */
export function sortReceived(
  run: Redrive,
  messages: readonly HeldMessage[],
  known: KnownMessages,
  options: SortOptions,
): SortedMessages {
  const sorted: Mutable = { toMove: [], toDelete: [], met: [], left: [], doubtful: [] }
  const left = { room: options.room }
  const wants = (message: HeldMessage): boolean => isWanted(run, message, options.heldGroups ?? NONE_HELD)
  if (!isFifoRun(run)) {
    sortInto(sorted, run, messages, { left, known, options, isWanted: wants })
    return sorted
  }
  for (const [groupId, group] of Map.groupBy(messages, (message) => message.groupId ?? '')) {
    const isAll = options.begun?.has(groupId) === true || group.some(wants)
    const isGroupWanted = (message: HeldMessage): boolean => (movesWholeGroups(run) ? isAll : wants(message))
    sortInto(sorted, run, group.toSorted(bySequence), { left, known, options, isWanted: isGroupWanted })
  }
  return sorted
}

/** Sequence numbers are digits without leading zeros, too many for a number. */
function bySequence({ sequenceNumber: a }: HeldMessage, { sequenceNumber: b }: HeldMessage): number {
  const [left, right] = [BigInt(a ?? 0), BigInt(b ?? 0)]
  return left < right ? -1 : left > right ? 1 : 0
}

interface Sorting {
  /** How many more that are not in the ledger yet may be taken. */
  readonly left: { room: number }
  readonly known: KnownMessages
  readonly options: SortOptions
  readonly isWanted: (message: HeldMessage) => boolean
}

/** Messages of a standard queue, or of one group of a FIFO queue in their order: there what is behind one that failed stays, too. */
function sortInto(sorted: Mutable, run: Redrive, messages: readonly HeldMessage[], sorting: Sorting): void {
  const { known, options } = sorting
  let isStopped = isFifoRun(run) && options.stopped?.has(messages[0]?.groupId ?? '') === true
  for (const message of messages) {
    const resent = known.resent.get(message.messageId)
    const row = furthest(known, message.messageId)
    if (resent !== undefined) {
      const ownReceives = resent.ownReceives + (options.receives?.get(message.messageId) ?? 1)
      sorted.met.push({ message, row: resent, hasComeBack: hasComeBack(run, message, ownReceives) })
    } else if (row?.state === 'sent' || row?.state === 'deleted') sorted.toDelete.push({ message, row })
    else if (isStopped) sorted.left.push(message)
    else {
      const isFailed = !sortUnsent(sorted, run, message, { ...sorting, row })
      isStopped = isFifoRun(run) && isFailed
    }
  }
}

/** False when it is left for a person. */
function sortUnsent(
  sorted: Mutable,
  run: Redrive,
  message: HeldMessage,
  { left, options, isWanted: wants, row }: Sorting & { readonly row: LedgerRow | undefined },
): boolean {
  if (row !== undefined && row.redrive === run.id) {
    const problem = row.state === 'refused' ? null : doubtOf(run, row, options.nowMs)
    if (row.state === 'refused') sorted.left.push(message)
    else if (problem !== null) sorted.doubtful.push({ message, problem })
    else sorted.toMove.push({ message, before: row })
    return row.state !== 'refused' && problem === null
  }
  const hasRoom = isFollowing(sorted, run, message, options) || left.room > 0
  if (!hasRoom || !isBeforeStart(run, message) || !wants(message)) {
    sorted.left.push(message)
    return true
  }
  sorted.toMove.push({ message, before: row ?? null })
  left.room -= 1
  return true
}

/** In place a group that was begun is moved to its end, whatever number was asked for: else its order would change. */
function isFollowing(sorted: Mutable, run: Redrive, { groupId }: HeldMessage, { begun }: SortOptions): boolean {
  if (!movesWholeGroups(run)) return false
  return begun?.has(groupId ?? '') === true || sorted.toMove.some(({ message }) => message.groupId === groupId)
}

/** Why a message whose send has an unknown end is not sent once more; null when it is. */
function doubtOf(run: Redrive, row: LedgerRow, nowMs: number): string | null {
  if (isFifoRun(run))
    return isRepeatSafe(row, nowMs)
      ? null
      : 'Whether SQS took it stayed unknown for longer than the five minutes in which a FIFO queue knows a repeat: look whether it is in the destination, then delete it or send it by hand. What is behind it in its group waits.'
  return row.sendAttempts < MOST_SEND_ATTEMPTS
    ? null
    : 'Whether SQS took it stayed unknown too often; compare both queues by hand.'
}

/** The row of this redrive, unless an earlier one got further with the message. */
function furthest({ own, earlier }: KnownMessages, messageId: string): LedgerRow | undefined {
  const before = earlier.get(messageId)
  return before?.state === 'sent' || before?.state === 'deleted' ? before : (own.get(messageId) ?? before)
}

/** In a dead-letter queue it is enough to be seen; in place, others must have received it, since it is there until somebody takes it. */
function hasComeBack({ mode }: Redrive, { receiveCount }: HeldMessage, ownReceives: number): boolean {
  return mode === 'dlq-to-source' || receiveCount - ownReceives >= FOREIGN_RECEIVES
}

/** The set is frozen: what was sent after the start is left alone. */
export function isBeforeStart({ startedMs }: Redrive, { sentMs }: HeldMessage): boolean {
  return startedMs === null || sentMs === null || sentMs < startedMs
}

const NONE_HELD: ReadonlySet<string> = new Set()

/** Left alone is what is not selected or held by somebody, a dead letter of another queue, and in place what the plan would not change. */
function isWanted(run: Redrive, message: HeldMessage, heldGroups: ReadonlySet<string>): boolean {
  const { deadLetterOf } = message
  if (!isSelected(message, run.selection) || isHeldBack(message, run.selection, heldGroups)) return false
  if (run.mode === 'dlq-to-source')
    return run.destinationKind === 'queue' || deadLetterOf === null || deadLetterOf === run.destinationQueue
  return run.transform.length === 0 || isChanged(message, run.transform)
}
