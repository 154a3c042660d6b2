import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import { archiveName } from '#lib/domain/archive.ts'
import { AppError } from '#lib/domain/errors.ts'
import { maskMessage, newShapeTally, type MaskedMessage, type ShapeCount } from '#lib/domain/message-shape.ts'
import { dlqNameOf } from '#lib/domain/queue.ts'
import { redriveName } from '#lib/domain/redrive.ts'
import { findActiveArchive } from '#lib/store/archives.ts'
import { traceIdOf } from '#lib/domain/sentry-links.ts'
import type { Tx } from '#lib/store/db.ts'
import { listLeakingQueues } from '#lib/store/leaking-queues.ts'
import { findActiveRedrive } from '#lib/store/redrives.ts'
import { listQueues, type StoredQueue } from '#lib/store/queues.ts'
import { fingerprintOf } from '#lib/store/shape-fingerprint.ts'
import { attributesOf, type HeldMessage } from './held-message.ts'
import type { QueueAccess } from './redrive-context.ts'
import { sweepQueue } from './scan-queue.ts'

/** Most messages that one look reads: enough for shares, few enough to be over in seconds. */
const MOST_MESSAGES = 10_000
/** Of a queue whose consumer waits for the same messages. */
const MOST_OF_CONSUMER = 500
/** Receives at the same time: at 20 ms each, 10,000 messages in less than two seconds. */
const LANES = 16
/** Most groups that are kept of a look; the messages of any others count as read. */
const MOST_SHAPES = 200
/** Of so many groups one message is shown. */
const MOST_SHOWN = 30
/** From the beginning of a look to its first message: where nobody else waits for it, and where the queue's consumer does. */
const BEGIN_SECONDS = 5
const ASKED_FOR_SECONDS = 60

/** A queue into which one may look, and why. */
export interface Lookable {
  readonly queue: StoredQueue
  /** Names of the queues whose dead letters it holds; empty for a queue that is looked into itself. */
  readonly deadLetterOf: readonly string[]
}

/**
 * The queue, if one may look into it: a dead-letter queue, or one without any whose messages were received and not processed, until the
 * incident of it is over. A look is a
 * receive, and a healthy queue's messages are its consumer's. Throws `not_found`, `invalid_input`, and `conflict` while a redrive works on it.
 */
export async function requireLookable(tx: Tx, name: string): Promise<Lookable> {
  const queues = await listQueues(tx)
  const queue = queues.find((each) => each.name === name)
  if (queue === undefined) throw new AppError('not_found', `queue: SQS has told Spillway of no queue named ${name}.`)
  const deadLetterOf = queues.filter((each) => dlqNameOf(each) === name).map((each) => each.name)
  if (deadLetterOf.length === 0) await requireBroken(tx, queue)
  const active = await findActiveRedrive(tx, name)
  if (active !== null)
    throw new AppError('conflict', `${redriveName(active.id)} works on ${name}; its page shows what it finds.`)
  const archive = await findActiveArchive(tx, name)
  if (archive !== null)
    throw new AppError(
      'conflict',
      `${archiveName(archive.id)} takes messages out of ${name}; wait for its end, or stop it.`,
    )
  return { queue, deadLetterOf }
}

async function requireBroken(tx: Tx, queue: StoredQueue): Promise<void> {
  const dlqName = dlqNameOf(queue)
  if (dlqName !== null)
    throw new AppError('invalid_input', `queue: ${queue.name} has a dead-letter queue; look into ${dlqName} instead.`)
  if (!(await listLeakingQueues(tx)).has(queue.name))
    throw new AppError(
      'invalid_input',
      `queue: ${queue.name} is not known to be stuck, and looking would take messages from its consumer.`,
    )
}

/** What a look saw. `shown` is masked and kept nowhere. */
export interface LookResult {
  readonly read: number
  readonly about: number
  readonly inFlight: number
  readonly firstSentMs: number | null
  readonly lastSentMs: number | null
  readonly shapes: readonly ShapeCount[]
  readonly shown: readonly ShownMessage[]
}

/** One message of a group, every value hidden. */
export interface ShownMessage extends MaskedMessage {
  /** Of its group. */
  readonly fingerprint: string
  /** The trace that it belongs to, in hex; null without one. */
  readonly traceId: string | null
}

/** How a look into this queue reads: for how long messages are hidden at the latest, counted from its beginning, in seconds. */
export function mostHiddenSeconds({ deadLetterOf }: Lookable, { redrive }: Pick<Settings, 'redrive'>): number {
  return redrive.holdSeconds + (deadLetterOf.length > 0 ? BEGIN_SECONDS : ASKED_FOR_SECONDS)
}

/**
 * Reads some of a queue's messages and gives them back; their shapes are counted as they come, so that no body is kept. `onStillHeld` is
 * told how many could not be given back. Never deletes; throws `not_configured` or an error of SQS in plain words.
 */
export async function lookIntoQueue(
  access: QueueAccess,
  lookable: Lookable,
  ...[{ redrive }, onStillHeld]: readonly [settings: Pick<Settings, 'redrive'>, onStillHeld: (count: number) => void]
): Promise<LookResult> {
  const { queue, deadLetterOf } = lookable
  const isInPlace = deadLetterOf.length === 0
  const seen = newSeen()
  const { counts } = await sweepQueue(
    access,
    queue.url,
    {
      most: isInPlace ? MOST_OF_CONSUMER : MOST_MESSAGES,
      holdSeconds: redrive.holdSeconds,
      consumerHoldSeconds: isInPlace ? consumerHoldSeconds(queue) : 0,
      lanes: isInPlace ? 1 : LANES,
      onStillHeld,
    },
    (message) => seen.meet(message),
  )
  const shapes = seen.tally.list()
  const read = seen.ids.size
  return {
    read,
    about: Math.max((counts.visible || 0) + (counts.inFlight || 0), read),
    inFlight: counts.inFlight || 0,
    firstSentMs: seen.firstSentMs(),
    lastSentMs: seen.lastSentMs(),
    shapes,
    shown: seen.shown,
  }
}

/** Counts messages by their shape, each once however often it is received. */
function newSeen() {
  const ids = new Set<string>()
  const tally = newShapeTally(MOST_SHAPES)
  const shown: ShownMessage[] = []
  const sent: { first: number | null; last: number | null } = { first: null, last: null }
  const meet = (message: HeldMessage): void => {
    if (ids.has(message.messageId)) return
    ids.add(message.messageId)
    const { body, sentMs, deadLetterOf } = message
    const attributes = attributesOf(message)
    const counted = tally.add({ attributes, body, sentMs, deadLetterOf })
    if (sentMs !== null) {
      sent.first = Math.min(sent.first ?? sentMs, sentMs)
      sent.last = Math.max(sent.last ?? sentMs, sentMs)
    }
    if (counted?.isFirst === true && shown.length < MOST_SHOWN)
      shown.push({
        ...maskMessage(attributes, body),
        fingerprint: fingerprintOf(counted.shape),
        traceId: traceIdOf(attributes, message.traceHeader),
      })
  }
  return { ids, tally, shown, meet, firstSentMs: () => sent.first, lastSentMs: () => sent.last }
}

/** For how long the consumer of a queue hides a message that it does not process, with a second for it to come back. */
export function consumerHoldSeconds({ visibilityTimeoutSeconds }: StoredQueue): number {
  return (visibilityTimeoutSeconds ?? DEFAULT_VISIBILITY_SECONDS) + 1
}

/** What SQS does where nobody says otherwise. */
const DEFAULT_VISIBILITY_SECONDS = 30
