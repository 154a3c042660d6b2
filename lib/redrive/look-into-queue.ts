import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import { counted, figure } from '#lib/domain/count-words.ts'
import { AppError } from '#lib/domain/errors.ts'
import { countShapes, maskMessage, type MaskedMessage, type ShapeCount } from '#lib/domain/message-shape.ts'
import { queueNameOfArn } from '#lib/domain/queue.ts'
import { redriveName } from '#lib/domain/redrive.ts'
import type { Tx } from '#lib/store/db.ts'
import { listLeakingQueues } from '#lib/store/leaking-queues.ts'
import { findActiveRedrive } from '#lib/store/redrives.ts'
import { listQueues, type StoredQueue } from '#lib/store/queues.ts'
import { attributesOf, type HeldMessage } from './held-message.ts'
import type { QueueAccess } from './redrive-context.ts'
import { scanQueue } from './scan-queue.ts'

/** Most messages that one look reads: enough for shares, few enough to be over in seconds. */
const MOST_MESSAGES = 500
const SHOWN_MESSAGES = 3

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
  const deadLetterOf = queues
    .filter(({ dlqArn }) => dlqArn !== null && queueNameOfArn(dlqArn) === name)
    .map((each) => each.name)
  if (deadLetterOf.length === 0) await requireBroken(tx, queue)
  const active = await findActiveRedrive(tx, name)
  if (active !== null)
    throw new AppError('conflict', `${redriveName(active.id)} works on ${name}; its page shows what it finds.`)
  return { queue, deadLetterOf }
}

async function requireBroken(tx: Tx, queue: StoredQueue): Promise<void> {
  if (queue.dlqArn !== null)
    throw new AppError(
      'invalid_input',
      `queue: ${queue.name} has a dead-letter queue; look into ${queueNameOfArn(queue.dlqArn)} instead.`,
    )
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
  readonly shown: readonly MaskedMessage[]
}

/** Reads some of a queue's messages and gives them back. Never deletes; throws `not_configured` or an error of SQS in plain words. */
export async function lookIntoQueue(
  access: QueueAccess,
  { queue, deadLetterOf }: Lookable,
  { redrive }: Pick<Settings, 'redrive'>,
): Promise<LookResult> {
  const scan = await scanQueue(access, queue.url, {
    most: MOST_MESSAGES,
    holdSeconds: redrive.holdSeconds,
    consumerHoldSeconds: deadLetterOf.length > 0 ? 0 : consumerHoldSeconds(queue),
  })
  const messages = scan.messages.map(plainOf)
  const sent = scan.messages.flatMap(({ sentMs }) => sentMs ?? [])
  return {
    read: messages.length,
    about: Math.max(scan.counts.visible + scan.counts.inFlight, messages.length),
    inFlight: scan.counts.inFlight,
    firstSentMs: sent.length === 0 ? null : Math.min(...sent),
    lastSentMs: sent.length === 0 ? null : Math.max(...sent),
    shapes: countShapes(messages),
    shown: messages.slice(0, SHOWN_MESSAGES).map(({ attributes, body }) => maskMessage(attributes, body)),
  }
}

/** `read 9 988 of about 10 000 messages, the others in flight`. */
export function lookWords({ read, about, inFlight }: Pick<LookResult, 'read' | 'about' | 'inFlight'>): string {
  if (read >= about) return `read ${read === 1 ? 'the one message' : `all ${counted(read, 'message')}`}`
  return `read ${figure(read)} of about ${counted(about, 'message')}${inFlight === 0 ? '' : ', others were in flight'}`
}

/** For how long the consumer of a queue hides a message that it does not process, with a second for it to come back. */
export function consumerHoldSeconds({ visibilityTimeoutSeconds }: StoredQueue): number {
  return (visibilityTimeoutSeconds ?? DEFAULT_VISIBILITY_SECONDS) + 1
}

/** What SQS does where nobody says otherwise. */
const DEFAULT_VISIBILITY_SECONDS = 30

function plainOf(message: HeldMessage) {
  return { attributes: attributesOf(message), body: message.body }
}
