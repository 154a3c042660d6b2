import 'server-only'
import { textAt } from '#lib/domain/message-shape.ts'
import type { Tx } from '#lib/store/db.ts'
import { begunGroups, stoppedGroups } from '#lib/store/redrive-groups.ts'
import { markRefused, writeTaken, type KnownMessages, type TakenMessage } from '#lib/store/redrive-ledger.ts'
import { markMetAgain } from '#lib/store/redrive-met-again.ts'
import type { LedgerRow, Redrive } from '#lib/store/redrive-row.ts'
import { deduplicationIdOf, isFifoRun } from './fifo-rules.ts'
import { applyTransform, TransformProblem, type MessageContent } from './apply-transform.ts'
import type { HeldMessage } from './held-message.ts'
import { groupOf } from './group-of.ts'
import { isHeldBack } from './is-selected.ts'
import type { LeftMessage } from './left-messages.ts'
import { metAgain } from './met-again.ts'
import { md5OfAttributes, md5OfBody } from './message-digest.ts'
import type { Outgoing } from './queue-calls.ts'
import type { RedriveContext } from './redrive-context.ts'
import { isBeforeStart, sortReceived, type SortedMessages } from './sort-received.ts'

/** A message on its way: as received, as it will be sent, and the digests that SQS must answer with. */
export interface Moving {
  readonly message: HeldMessage
  readonly outgoing: Outgoing
  readonly bodyMd5: string
  readonly attributesMd5: string | null
}

/** What is to be done with received messages, as it is written down. */
export interface Taken {
  readonly moving: readonly Moving[]
  readonly toDelete: SortedMessages['toDelete']
  /** Received and not moved, whatever the reason. */
  readonly left: readonly LeftMessage[]
  /** New in this redrive's ledger. */
  readonly added: number
  /** Left for a person: not to be moved any more. */
  readonly refused: number
  /** Re-sent ones that were met and had come back, not known before, of those that the run is judged by. */
  readonly cameBack: number
}

/** What is decided and not yet written down: `write` does so, with statements that may be asked for together with others. */
export interface Decided extends Taken {
  readonly write: (tx: Tx) => Promise<unknown>
}

export interface TakeOptions {
  /** What the ledger knows of the messages. */
  readonly known: KnownMessages
  /** The first messages of a redrive go alone. */
  readonly isCanary: boolean
  /** How many messages that it does not know yet the redrive may still take. */
  readonly room: number
  /** Groups by cause that somebody holds. */
  readonly heldGroups: ReadonlySet<string>
}

/**
 * Decides what is done with messages. Those that are moved are written down on a standard queue as `sending`, since they are sent next; on a
 * FIFO queue as `read`, since each waits for the one before it.
 */
export async function takeMessages(
  tx: Tx,
  run: Redrive,
  messages: readonly HeldMessage[],
  { context, known, isCanary, room, heldGroups }: TakeOptions & { readonly context: RedriveContext },
): Promise<Decided> {
  const nowMs = context.nowMs()
  const groups = await groupsOf(tx, run, messages)
  const sorted = sortReceived(run, messages, known, { room, nowMs, heldGroups, ...groups })
  const ready = readyOf(run, sorted)
  const takenRows = ready.map((each) => takenOf(run, each, { isCanary, context }))
  const met = sorted.met.map((each) => metAgain(each, 1))
  const refused = [...sorted.doubtful, ...ready].flatMap(({ message, problem }) =>
    problem === null ? [] : [{ messageId: message.messageId, problem }],
  )
  return {
    write: (open) =>
      Promise.all([
        writeTaken(open, { ...run, isRepeatSafe: isFifoRun(run) }, takenRows, nowMs),
        markMetAgain(open, run.id, met, nowMs),
        ...refused.map(({ messageId, problem }) => markRefused(open, run.id, messageId, problem)),
      ]),
    moving: ready.flatMap(({ moving, problem }) => (problem === null ? [moving] : [])),
    toDelete: sorted.toDelete,
    left: leftOf(run, sorted, ready, heldGroups),
    added: ready.filter(({ before }) => before?.redrive !== run.id).length,
    refused: refused.length,
    cameBack: sorted.met.filter(
      ({ row, hasComeBack }) =>
        hasComeBack && row.cameBackMs === null && (row.sentMs ?? 0) >= (run.guard?.sinceMs ?? 0),
    ).length,
  }
}

function leftOf(
  run: Redrive,
  sorted: SortedMessages,
  ...[ready, heldGroups]: readonly [ready: readonly Ready[], heldGroups: ReadonlySet<string>]
): LeftMessage[] {
  const known = [...sorted.doubtful, ...sorted.met, ...ready.filter(({ problem }) => problem !== null)]
  return [
    ...sorted.left.map((message) => ({
      message,
      isHeld: isHeldBack(message, run.selection, heldGroups),
      isNewer: !isBeforeStart(run, message),
    })),
    ...known.map(({ message }) => ({ message, isHeld: false, isNewer: false })),
  ]
}

async function groupsOf(
  tx: Tx,
  run: Redrive,
  messages: readonly HeldMessage[],
): Promise<{ stopped?: ReadonlySet<string>; begun?: ReadonlySet<string> }> {
  if (!isFifoRun(run)) return {}
  const groupIds = [...new Set(messages.flatMap(({ groupId }) => groupId ?? []))]
  const stopped = await stoppedGroups(tx, run.id, groupIds)
  return run.mode === 'in-place' ? { stopped, begun: await begunGroups(tx, run.id, groupIds) } : { stopped }
}

interface Ready {
  readonly message: HeldMessage
  readonly before: LedgerRow | null
  readonly moving: Moving
  /** Why it cannot go as planned; null where it can. */
  readonly problem: string | null
}

/** The messages as they go. On a FIFO queue what is behind one that cannot go waits for it. */
function readyOf(run: Redrive, { toMove }: SortedMessages): Ready[] {
  const stopped = new Set<string>()
  return toMove.flatMap(({ message, before }) => {
    if (stopped.has(message.groupId ?? '')) return []
    const ready = { message, before, ...transformed(run, message) }
    if (ready.problem !== null && isFifoRun(run)) stopped.add(message.groupId ?? '')
    return [ready]
  })
}

/** The message as it goes, or as it is with the reason why it cannot go. */
function transformed(run: Redrive, message: HeldMessage): { moving: Moving; problem: string | null } {
  try {
    return { moving: movingOf(run, message, applyTransform(message, run.transform)), problem: null }
  } catch (error) {
    if (!(error instanceof TransformProblem)) throw error
    return { moving: movingOf(run, message, message), problem: error.message }
  }
}

function movingOf(run: Redrive, message: HeldMessage, { body, attributes }: MessageContent): Moving {
  const { messageId, traceHeader, groupId } = message
  return {
    message,
    outgoing: {
      id: messageId,
      body,
      attributes,
      traceHeader,
      ...(groupId === null ? {} : { groupId }),
      ...(isFifoRun(run) ? { deduplicationId: deduplicationIdOf(run, messageId) } : {}),
    },
    bodyMd5: body === message.body ? message.bodyMd5 : md5OfBody(body),
    attributesMd5: md5OfAttributes(attributes),
  }
}

function takenOf(
  run: Redrive,
  { message, before, moving, problem }: Ready,
  { isCanary, context }: { readonly isCanary: boolean; readonly context: RedriveContext },
): TakenMessage {
  return {
    messageId: message.messageId,
    bodyMd5: moving.bodyMd5,
    attributesMd5: moving.attributesMd5,
    personRef: personOf(message.body, context),
    sentToQueueMs: message.sentMs,
    receiveCount: message.receiveCount,
    state: isFifoRun(run) || problem !== null ? 'read' : 'sending',
    isCanary,
    // A send of an earlier redrive with an unknown end makes this one a possible duplicate too.
    isPossibleDuplicate: before !== null && before.redrive !== run.id && before.state === 'sending',
    groupId: message.groupId,
    fingerprint: foundIn(run, message),
  }
}

/** Only what is changed, or sent to where it was not before, can come back in another group: all others are not looked at a second time. */
function foundIn({ selection, transform, destinationKind }: Redrive, message: HeldMessage): string | null {
  if (transform.length === 0 && destinationKind === 'source') return null
  return selection.shape ?? groupOf(message)
}

/** References that may stand in an index: text without blanks or an address. */
const REFERENCE = /^[^\s@\p{Cc}\p{Cs}]{1,100}$/u

function personOf(body: string, { settings }: RedriveContext): string | null {
  const ref = textAt(body, settings.redrive.personField)
  return ref !== null && REFERENCE.test(ref) ? ref : null
}
