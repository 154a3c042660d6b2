import 'server-only'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { isFifoRun } from './fifo-rules.ts'
import type { HeldMessage } from './held-message.ts'
import type { Moved } from './move-messages.ts'
import { setVisibility } from './queue-calls.ts'
import type { RedriveContext } from './redrive-context.ts'
import { giveBack } from './scan-queue.ts'

/** A message that was received and not moved. */
export interface LeftMessage {
  readonly message: HeldMessage
  /** Because somebody holds its group. */
  readonly isHeld: boolean
  /** It was sent after the start, so that it says nothing of those that were there before. */
  readonly isNewer: boolean
}

interface Left {
  readonly times: number
  /** Until when it is hidden, by `performance.now`. */
  readonly untilMs: number
  readonly message: HeldMessage
  readonly isHeld: boolean
}

/** More are not remembered and say nothing: the end of such a queue is told by time. */
const MOST_REMEMBERED = 200_000
/** The longest that a message is hidden so that others are met. */
const LONGEST_SECONDS = 900
const LANES = 4

/** The messages that a redrive or an archive met and left, since it began to read the queue from its beginning. */
export class LeftMessages {
  readonly #left = new Map<string, Left>()

  get size(): number {
    return this.#left.size
  }

  get(messageId: string): { readonly isHeld: boolean } | undefined {
    return this.#left.get(messageId)
  }

  /** How many were met and left for a hold. */
  get held(): number {
    return this.#count(({ isHeld }) => isHeld)
  }

  /** How many of them are hidden by Spillway itself at the moment. */
  get hidden(): number {
    const nowMs = performance.now()
    return this.#count(({ untilMs }) => untilMs > nowMs)
  }

  #count(is: (left: Left) => boolean): number {
    let count = 0
    for (const left of this.#left.values()) if (is(left)) count += 1
    return count
  }

  /** Notes one and returns how often it was met by now; 0 for one that is not remembered. */
  note({ message, isHeld }: LeftMessage, holdSeconds: number): number {
    const times = (this.#left.get(message.messageId)?.times ?? 0) + 1
    if (times === 1 && this.#left.size >= MOST_REMEMBERED) return 0
    // Only the receipt is needed later; a body may be a megabyte.
    const kept = { ...message, body: '', attributes: {} }
    this.#left.set(message.messageId, {
      times,
      untilMs: performance.now() + holdSeconds * 1000,
      message: kept,
      isHeld,
    })
    return times
  }

  /** It is moved after all. */
  forget(messageId: string): void {
    this.#left.delete(messageId)
  }

  hide(messageId: string, seconds: number): void {
    const left = this.#left.get(messageId)
    if (left !== undefined) this.#left.set(messageId, { ...left, untilMs: performance.now() + seconds * 1000 })
  }

  /** Forgets all; returns those that are still hidden, as they were received last. */
  drain(): readonly HeldMessage[] {
    const nowMs = performance.now()
    const hidden = [...this.#left.values()].filter(({ untilMs }) => untilMs > nowMs)
    this.#left.clear()
    return hidden.map(({ message }) => message)
  }
}

/** A queue in which messages are met and left. */
export type LeftIn = Pick<Redrive, 'mode' | 'sourceQueue' | 'sourceUrl' | 'holdSeconds'>

/** In place what is left goes back to the consumer at once, and on a FIFO queue what is hidden hides its group. */
export function hidesLeft(run: Pick<LeftIn, 'mode' | 'sourceQueue'>): boolean {
  return run.mode === 'dlq-to-source' && !isFifoRun(run)
}

/**
 * Notes what a round met and left, and returns whether the round says nothing of more to come. A message met for the first time does. One met again was
 * hidden for less time than the others take to be read: it is hidden for twice as long, so that the rest is reached however the queue is ordered.
 */
export async function noteLeft(
  run: LeftIn,
  context: RedriveContext,
  ...[memory, { taken, left }]: readonly [memory: LeftMessages, met: Pick<Moved, 'taken' | 'left'>]
): Promise<boolean> {
  const again = new Map<number, HeldMessage[]>()
  let isNothing = true
  for (const messageId of taken) memory.forget(messageId)
  for (const each of left) {
    const times = memory.note(each, run.holdSeconds)
    if (times === 0) continue
    if (!each.isNewer && (times === 1 || hidesLeft(run))) isNothing = false
    if (times === 1 || !hidesLeft(run)) continue
    const seconds = Math.min(LONGEST_SECONDS, run.holdSeconds * 2 ** Math.min(times - 1, 12))
    memory.hide(each.message.messageId, seconds)
    again.set(seconds, [...(again.get(seconds) ?? []), each.message])
  }
  for (const [seconds, messages] of again) await setVisibility(context, run.sourceUrl, messages, seconds)
  return isNothing
}

/** Gives back what was left and is still hidden, so that others find it, and begins anew. What cannot be given back comes back by itself. */
export async function giveBackLeft(
  run: Pick<LeftIn, 'mode' | 'sourceUrl'>,
  context: RedriveContext,
  memory: LeftMessages,
): Promise<void> {
  const hidden = memory.drain()
  if (run.mode === 'dlq-to-source') await giveBack(context, run.sourceUrl, hidden, LANES)
}
