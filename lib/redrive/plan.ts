import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import { maskMessage } from '#lib/domain/message-shape.ts'
import { listed } from '#lib/domain/count-words.ts'
import type { Tx } from '#lib/store/db.ts'
import { insertPlan, type NewRedrive } from '#lib/store/redrives.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { listQueues, type StoredQueue } from '#lib/store/queues.ts'
import { attributesOf, type HeldMessage } from './held-message.ts'
import { consumerHoldSeconds, requireLookable, type Lookable } from './look-into-queue.ts'
import { total } from './queue-calls.ts'
import type { QueueAccess } from './redrive-context.ts'
import { scanQueue, type Scan } from './scan-queue.ts'
import { tellIncident } from './tell-incident.ts'

/** What a person wants to be moved. */
export interface WantedRedrive {
  /** Name of the queue from which it takes. */
  readonly queue: string
  /** Of a dead-letter queue that several queues share: the one to which it gives. */
  readonly destination: string | null
  readonly removeAttributes: readonly string[]
  readonly mostMessages: number | null
  readonly perSecond: number | null
  readonly incident: number | null
}

/** From where to where; checked against the inventory. */
export interface RedriveRoad {
  readonly mode: Redrive['mode']
  readonly source: StoredQueue
  readonly destination: StoredQueue
}

const SAMPLED_MESSAGES = 30

/** Finds the road of a redrive, or says why there is none. Throws `not_found`, `invalid_input` and `conflict`. */
export async function findRoad(tx: Tx, wanted: Pick<WantedRedrive, 'queue' | 'destination'>): Promise<RedriveRoad> {
  const lookable = await requireLookable(tx, wanted.queue)
  const destination = await destinationOf(tx, lookable, wanted.destination)
  for (const { name, isFifo } of [lookable.queue, destination])
    if (isFifo)
      throw new AppError(
        'invalid_input',
        `queue: ${name} is a FIFO queue. Its groups would have to be moved whole and in order, which Spillway cannot do yet; use the move task of SQS.`,
      )
  if (lookable.queue.kmsKeyId !== destination.kmsKeyId)
    throw new AppError(
      'invalid_input',
      `queue: ${lookable.queue.name} and ${destination.name} are encrypted with different keys; SQS asks for one key on both.`,
    )
  return {
    mode: lookable.deadLetterOf.length === 0 ? 'in-place' : 'dlq-to-source',
    source: lookable.queue,
    destination,
  }
}

async function destinationOf(tx: Tx, { queue, deadLetterOf }: Lookable, wanted: string | null): Promise<StoredQueue> {
  if (deadLetterOf.length === 0) return queue
  const [only] = deadLetterOf
  const name = wanted ?? (deadLetterOf.length === 1 ? only : undefined)
  if (name === undefined)
    throw new AppError(
      'invalid_input',
      `destination: ${queue.name} holds dead letters of ${listed(deadLetterOf)}; name one.`,
    )
  const found = (await listQueues(tx)).find((each) => each.name === name)
  if (found === undefined || !deadLetterOf.includes(name))
    throw new AppError('invalid_input', `destination: ${name} is no queue whose dead letters go to ${queue.name}.`)
  return found
}

/** Reads a few real messages, for the comparison of before and after. */
export async function sampleFor(access: QueueAccess, road: RedriveRoad, { redrive }: Settings): Promise<Scan> {
  return scanQueue(access, road.source.url, {
    most: SAMPLED_MESSAGES,
    holdSeconds: redrive.holdSeconds,
    consumerHoldSeconds: road.mode === 'in-place' ? consumerHoldSeconds(road.source) : 0,
  })
}

/**
 * Stores a plan with a real message before and after. Throws `invalid_input` when nothing is there to move, or when an attribute that is
 * to be removed is on none of the messages that were read.
 */
export async function planRedrive(
  tx: Tx,
  wanted: WantedRedrive,
  { road, scan, by, nowMs, settings }: PlanContext,
): Promise<Redrive> {
  const sampled = scan.messages.find((message) => carriesAll(message, wanted.removeAttributes)) ?? scan.messages[0]
  if (sampled === undefined)
    throw new AppError(
      'invalid_input',
      `queue: nothing could be read from ${road.source.name}; there is nothing to move.`,
    )
  for (const name of wanted.removeAttributes)
    if (!scan.messages.some(({ attributes }) => Object.hasOwn(attributes, name)))
      throw new AppError(
        'invalid_input',
        `removeAttributes: none of the ${scan.messages.length} messages read carries ${name}.`,
      )
  const plan = await insertPlan(tx, newRedrive(wanted, sampled, { road, scan, by, nowMs, settings }))
  await tellIncident(tx, plan, { moment: 'planned', actor: by, text: planWords(plan) }, nowMs)
  return plan
}

export interface PlanContext {
  readonly road: RedriveRoad
  readonly scan: Scan
  /** Name of the person. */
  readonly by: string
  readonly nowMs: number
  readonly settings: Settings
}

function newRedrive(wanted: WantedRedrive, sampled: HeldMessage, context: PlanContext): NewRedrive {
  const { road, scan, by, nowMs, settings } = context
  const attributes = attributesOf(sampled)
  const kept = attributes.filter(({ name }) => !wanted.removeAttributes.includes(name))
  const about = total(scan.counts)
  return {
    mode: road.mode,
    sourceQueue: road.source.name,
    sourceUrl: road.source.url,
    destinationQueue: road.destination.name,
    destinationUrl: road.destination.url,
    incident: wanted.incident,
    removeAttributes: wanted.removeAttributes,
    mostMessages: wanted.mostMessages,
    perSecond: wanted.perSecond ?? settings.redrive.perSecond,
    holdSeconds: settings.redrive.holdSeconds,
    sample: { before: maskMessage(attributes, sampled.body), after: maskMessage(kept, sampled.body) },
    aboutMessages: Number.isFinite(about) ? about : null,
    plannedBy: by,
    plannedMs: nowMs,
  }
}

function carriesAll({ attributes }: HeldMessage, names: readonly string[]): boolean {
  return names.every((name) => Object.hasOwn(attributes, name))
}

/** What a plan will do, in one sentence. */
export function planWords(
  plan: Pick<Redrive, 'id' | 'mode' | 'sourceQueue' | 'destinationQueue' | 'removeAttributes'>,
): string {
  const road =
    plan.mode === 'in-place' ? `${plan.sourceQueue} in place` : `${plan.sourceQueue} to ${plan.destinationQueue}`
  const without = plan.removeAttributes.length === 0 ? 'unchanged' : `without ${listed(plan.removeAttributes)}`
  return `planned to move ${road}, ${without}.`
}
