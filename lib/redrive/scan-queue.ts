import 'server-only'
import { countQueue, receive, setVisibility, total, type QueueCounts } from './queue-calls.ts'
import type { HeldMessage } from './held-message.ts'
import type { QueueAccess } from './redrive-context.ts'

/** How far a queue was read. */
export interface Sweep {
  /** How often each message was received, by its id: more than once when the hold was shorter than the reading. */
  readonly receives: ReadonlyMap<string, number>
  /** What SQS said that the queue held when the reading began. */
  readonly counts: QueueCounts
  /** It was read to its end: nothing new came any more, and as much was read as SQS had said was there, what others hide included. */
  readonly isWhole: boolean
}

export interface Scan extends Sweep {
  /** Each message once, as it was received last. */
  readonly messages: readonly HeldMessage[]
}

export interface ScanOptions {
  readonly most: number
  /** Counted from the first message: all come back by themselves at the same moment, whenever each was received. */
  readonly holdSeconds: number
  /**
   * For how long the queue's own consumer hides what it receives and does not process; nothing for a queue that has none. A broken
   * consumer waits for the same messages, so that each can be had only when it comes back from there.
   */
  readonly consumerHoldSeconds?: number
  /** Reading ends with this message. */
  readonly untilId?: string | null
  /** Most receives at the same time; one without. */
  readonly lanes?: number
  /** Told how many messages could not be given back at the end: SQS itself gives them back after the hold. */
  readonly onStillHeld?: (count: number) => void
}

/** Receives in a row that bring nothing new before a queue counts as read. */
const EMPTY_RECEIVES = 2
/** The longest that SQS waits. */
const MOST_WAIT_SECONDS = 20
/** Longest wait for messages that a consumer holds: a person waits meanwhile. */
const MOST_QUIET_SECONDS = 40
/** The part of the hold in which a scan may read. */
const HOLD_SHARE = 0.8
/** Most messages of one receive. */
const BATCH = 10
/** For giving back what is held when the reading itself was given up. */
const GIVE_BACK_MS = 5_000

/**
 * Reads up to `most` messages without taking them out and keeps them in memory: for a few. Throws what `sweepQueue` throws.
 */
export async function scanQueue(access: QueueAccess, queueUrl: string, options: ScanOptions): Promise<Scan> {
  const messages = new Map<string, HeldMessage>()
  const sweep = await sweepQueue(access, queueUrl, options, (message) => messages.set(message.messageId, message))
  return { ...sweep, messages: [...messages.values()] }
}

/** What a reading knows while it goes on; shared by its lanes. */
interface Reading {
  readonly options: ScanOptions
  readonly counts: QueueCounts
  /** The receipts by which messages are given back, by message. */
  readonly held: Map<string, HeldMessage>
  readonly receives: Map<string, number>
  readonly meet: (message: HeldMessage) => unknown
  /** Messages that receives under way may bring. */
  asked: number
  /** Receives in a row that brought nothing new. */
  empty: number
  newestMs: number
  heldMs: number | null
  failure: unknown
}

/**
 * Reads up to `most` messages without taking them out: each is handed to `meet` whenever it is received, hidden while the reading lasts,
 * and given back at its end. When the process dies in between they come back by themselves after `holdSeconds`. Never deletes.
 */
export async function sweepQueue(
  access: QueueAccess,
  queueUrl: string,
  options: ScanOptions,
  meet: (message: HeldMessage) => unknown,
): Promise<Sweep> {
  const counts = await countQueue(access, queueUrl)
  const { lanes = 1 } = options
  const reading: Reading = {
    options,
    counts,
    held: new Map(),
    receives: new Map(),
    meet,
    asked: 0,
    empty: 0,
    newestMs: performance.now(),
    heldMs: null,
    failure: null,
  }
  const wanted = Math.min(options.most, counts.visible || 0)
  const needed = Math.max(1, Math.min(lanes, Math.ceil(wanted / BATCH)))
  await Promise.all(Array.from({ length: needed }, () => readLane(access, queueUrl, reading)))
  const signal = access.signal.aborted ? AbortSignal.timeout(GIVE_BACK_MS) : access.signal
  const left = await giveBack({ ...access, signal }, queueUrl, [...reading.held.values()], lanes)
  options.onStillHeld?.(left)
  if (reading.failure !== null) throw reading.failure
  const isWhole = reading.empty >= EMPTY_RECEIVES && reading.held.size >= total(counts)
  return { receives: reading.receives, counts, isWhole }
}

/** Receives one batch after the other until the reading is over. A failure ends all lanes, and is kept for the end. */
async function readLane(access: QueueAccess, queueUrl: string, reading: Reading): Promise<void> {
  try {
    while (isGoingOn(reading)) {
      const most = Math.min(BATCH, reading.options.most - reading.held.size - reading.asked)
      // Others of the lanes are about to bring as many as may be read.
      if (most <= 0) return
      // A poll that waits is next in turn when the consumer's own has got something; one that begins anew each second never is.
      const left = leftMs(reading)
      const longestMs = Math.min(quietLeftMs(reading), left)
      const waitSeconds = Math.floor(Math.min(MOST_WAIT_SECONDS, Math.max(1, longestMs / 1000)))
      // What was hidden first must not come back while the scan goes on: it would be read twice and count as a receive more.
      if (left < waitSeconds * 1000) return
      reading.asked += most
      const holdSeconds = holdLeftSeconds(reading)
      const batch = await receive(access, queueUrl, { most, holdSeconds, waitSeconds }).finally(
        () => (reading.asked -= most),
      )
      note(reading, batch)
    }
  } catch (error) {
    reading.failure ??= error
  }
}

function isGoingOn(reading: Reading): boolean {
  const { options, held, empty, failure } = reading
  if (failure !== null || held.size >= options.most || held.has(options.untilId ?? '')) return false
  return empty < EMPTY_RECEIVES || quietLeftMs(reading) > 0
}

function note(reading: Reading, batch: readonly HeldMessage[]): void {
  const { held, receives, meet } = reading
  const nowMs = performance.now()
  if (batch.length > 0) reading.heldMs ??= nowMs
  const isNews = batch.some(({ messageId }) => !held.has(messageId))
  reading.empty = isNews ? 0 : reading.empty + 1
  if (isNews) reading.newestMs = nowMs
  for (const message of batch) {
    // Only the receipt is needed later; a body may be a megabyte.
    held.set(message.messageId, { ...message, body: '', attributes: {} })
    receives.set(message.messageId, (receives.get(message.messageId) ?? 0) + 1)
  }
  for (const message of batch) meet(message)
}

/** For how long reading may still go on, in ms; without end while nothing is held. */
function leftMs({ heldMs, options }: Reading): number {
  if (heldMs === null) return Number.POSITIVE_INFINITY
  return options.holdSeconds * 1000 * HOLD_SHARE - (performance.now() - heldMs)
}

/** What is left of the hold of the first message, in whole seconds. */
function holdLeftSeconds({ heldMs, options: { holdSeconds } }: Reading): number {
  return heldMs === null ? holdSeconds : Math.max(1, Math.ceil(holdSeconds - (performance.now() - heldMs) / 1000))
}

/** For how long to wait for messages that a consumer holds, in ms. */
function quietLeftMs({ options, held, counts, newestMs }: Reading): number {
  const quietMs = 1000 * Math.min(MOST_QUIET_SECONDS, 2 * (options.consumerHoldSeconds ?? 0))
  return held.size < counts.visible + counts.inFlight ? quietMs - (performance.now() - newestMs) : 0
}

/** Gives messages back at once, in so many lanes. What cannot be given back comes back by itself; returns how many that may be. */
export async function giveBack(
  access: QueueAccess,
  queueUrl: string,
  messages: readonly HeldMessage[],
  lanes = 1,
): Promise<number> {
  let [next, left] = [0, 0]
  const lane = async (): Promise<void> => {
    while (next < messages.length) {
      const batch = messages.slice(next, next + BATCH)
      next += BATCH
      await setVisibility(access, queueUrl, batch, 0).catch(() => (left += batch.length))
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return left
}
