import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { listed } from '#lib/domain/count-words.ts'
import { placeOf } from '#lib/domain/queue.ts'
import type { DestinationKind, RedriveWay } from '#lib/domain/redrive.ts'
import { isNarrowed, type RedriveSelection } from '#lib/domain/redrive-selection.ts'
import type { RedriveTransform } from '#lib/domain/redrive-transform.ts'
import type { Tx } from '#lib/store/db.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { listQueues, type StoredQueue } from '#lib/store/queues.ts'
import { requireLookable, type Lookable } from './look-into-queue.ts'

/** What a person wants to be moved. */
export interface WantedRedrive {
  /** Name of the queue from which it takes. */
  readonly queue: string
  /** Name of the queue to which it gives; null for the one from which the messages came. */
  readonly destination: string | null
  readonly selection: RedriveSelection
  readonly transform: RedriveTransform
  readonly canaryMessages: number
  readonly acceptsInterleaving: boolean
  readonly way: RedriveWay
  /** Why, in the person's words; null where they said nothing. */
  readonly purpose: string | null
  readonly mostMessages: number | null
  readonly perSecond: number | null
  readonly incident: number | null
}

/** From where to where; checked against the inventory. */
export interface RedriveRoad {
  readonly mode: Redrive['mode']
  readonly source: StoredQueue
  readonly destination: StoredQueue
  readonly destinationKind: DestinationKind
  /** Names of the queues whose dead letters the source holds; empty for one in place. */
  readonly sources: readonly string[]
}

/** Finds the road of a redrive, or says why there is none. Throws `not_found`, `invalid_input` and `conflict`. */
export async function findRoad(
  tx: Tx,
  wanted: Pick<WantedRedrive, 'queue' | 'destination' | 'way' | 'selection' | 'transform' | 'mostMessages'>,
): Promise<RedriveRoad> {
  const lookable = await requireLookable(tx, wanted.queue)
  if (wanted.way === 'move-task') requireForTask(lookable, wanted)
  const destination = await destinationOf(tx, lookable, wanted.destination)
  if (lookable.queue.isFifo !== destination.isFifo)
    throw new AppError(
      'invalid_input',
      `destination: of ${lookable.queue.name} and ${destination.name} one is a FIFO queue and one is not; messages go between queues of one kind only.`,
    )
  if (wanted.way === 'move-task' && placeOf(destination.name) !== placeOf(lookable.queue.name))
    refuseTask('the move task of SQS stays within one region of one account.')
  return {
    mode: lookable.deadLetterOf.length === 0 ? 'in-place' : 'dlq-to-source',
    source: lookable.queue,
    destination,
    destinationKind: isOwn(lookable, destination) ? 'source' : 'queue',
    sources: lookable.deadLetterOf,
  }
}

function refuseTask(why: string): never {
  throw new AppError('invalid_input', `way: ${why} Let Spillway move them instead.`)
}

/** SQS's own task moves all dead letters of a queue as they are, and tells nothing of single messages. */
function requireForTask(
  { queue, deadLetterOf }: Lookable,
  wanted: Pick<WantedRedrive, 'destination' | 'selection' | 'transform' | 'mostMessages'>,
): void {
  if (deadLetterOf.length === 0) refuseTask(`SQS moves only dead letters, and ${queue.name} is no dead-letter queue.`)
  if (isNarrowed(wanted.selection) || wanted.mostMessages !== null)
    refuseTask('the move task of SQS takes all messages and cannot choose among them.')
  if (wanted.transform.length > 0) refuseTask('the move task of SQS moves messages as they are and cannot change them.')
  if (deadLetterOf.length > 1 && (wanted.destination === null || deadLetterOf.includes(wanted.destination)))
    refuseTask(
      `SQS would send each message back to its own of ${listed(deadLetterOf)}, where Spillway follows one queue.`,
    )
}

function isOwn({ queue, deadLetterOf }: Lookable, { name }: StoredQueue): boolean {
  return name === queue.name || deadLetterOf.includes(name)
}

async function destinationOf(tx: Tx, { queue, deadLetterOf }: Lookable, wanted: string | null): Promise<StoredQueue> {
  if (deadLetterOf.length === 0 && wanted !== null && wanted !== queue.name)
    throw new AppError(
      'invalid_input',
      `destination: ${queue.name} is no dead-letter queue, its messages are healed in place; leave the destination out.`,
    )
  if (deadLetterOf.length === 0) return queue
  const [only] = deadLetterOf
  const name = wanted ?? (deadLetterOf.length === 1 ? only : undefined)
  if (name === undefined)
    throw new AppError(
      'invalid_input',
      `destination: ${queue.name} holds dead letters of ${listed(deadLetterOf)}; name one.`,
    )
  const found = (await listQueues(tx)).find((each) => each.name === name)
  if (found === undefined)
    throw new AppError('invalid_input', `destination: SQS has told Spillway of no queue named ${name}.`)
  if (name === queue.name)
    throw new AppError('invalid_input', `destination: ${name} is where the messages are; name another queue.`)
  return found
}
