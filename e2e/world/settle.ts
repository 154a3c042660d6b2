import { setTimeout as pause } from 'node:timers/promises'

import { QUEUE_NAMES } from './queues.ts'
import type { SqsStore } from './sqs/sqs-store.ts'

const POLL_MS = 50
/** Longer than a long poll's answer takes to turn into a delete. */
const QUIET_MS = 300
/** The outcomes and the profiles tap are read by Spillway, not by the sandbox. */
const INTERNAL = [
  QUEUE_NAMES.profileCreated,
  QUEUE_NAMES.syncRequest,
  QUEUE_NAMES.contactDetailsUpdate,
  QUEUE_NAMES.contactDetailsUpdated,
  QUEUE_NAMES.membershipUpdated,
  QUEUE_NAMES.emailEvents,
]

export interface Settled {
  /** Messages that stay although everybody works: by queue name; empty when all was processed. */
  readonly stuck: Readonly<Record<string, number>>
}

export interface SettleOptions {
  readonly store: SqsStore
  readonly isBusy: () => boolean
  /** How long nothing may move before what is left counts as stuck: more than a message takes to come back, or to reach its dead-letter queue. */
  readonly stuckAfterMs: number
  readonly timeoutMs?: number
}

/** Waits until nothing moves: every internal queue is empty, or what is left came back at least once without any delete. Throws after the deadline, saying what still moved. */
export async function settle(options: SettleOptions): Promise<Settled> {
  const { isBusy, store, stuckAfterMs, timeoutMs = 60_000 } = options
  const deadline = Date.now() + timeoutMs
  let seen = ''
  let unchangedSince = Date.now()
  for (;;) {
    const left = backlog(store)
    // Receives climb for ever while a message is stuck; sends, deletes and the backlog do not.
    const progress = INTERNAL.map((name) => ({ left: left[name], ...pick(store, name) }))
    const now = JSON.stringify([progress, isBusy()])
    if (now !== seen) {
      seen = now
      unchangedSince = Date.now()
    }
    const quietMs = Date.now() - unchangedSince
    if (!isBusy() && quietMs >= (Object.keys(left).length === 0 ? QUIET_MS : stuckAfterMs)) return { stuck: left }
    if (Date.now() > deadline) throw new Error(`the sandbox did not settle in ${timeoutMs} ms: ${now}`)
    await pause(POLL_MS)
  }
}

function backlog(store: SqsStore): Record<string, number> {
  const left: Record<string, number> = {}
  for (const name of INTERNAL) {
    const { delayed, notVisible, visible } = store.measure(name)
    if (visible + notVisible + delayed > 0) left[name] = visible + notVisible + delayed
  }
  return left
}

function pick(store: SqsStore, name: string): { sent: number; deleted: number } {
  const { deleted, sent } = store.measure(name).counters
  return { sent, deleted }
}
