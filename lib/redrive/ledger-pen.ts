import 'server-only'
import type { Tx } from '#lib/store/db.ts'
import { addTrafficOfQueues, type OwnTraffic } from '#lib/store/own-traffic.ts'
import {
  markDeleted,
  markNotSent,
  markRefused,
  markSending,
  markSent,
  knownMessages,
  type SentMessage,
} from '#lib/store/redrive-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { lockMoving, type MovingState } from '#lib/store/redrives.ts'
import { NoLongerWorked } from './assert-worked.ts'
import { isFifoRun } from './fifo-rules.ts'
import type { HeldMessage } from './held-message.ts'
import type { RedriveContext } from './redrive-context.ts'
import type { MovedSoFar } from './step-memory.ts'
import { takeMessages, type Decided, type Taken, type TakeOptions } from './take-messages.ts'

/** What SQS answered to a send, to be written down before anything is deleted. */
export interface SendResult {
  readonly sent: readonly SentMessage[]
  /** Not sent for certain, to be tried again. */
  readonly again: readonly string[]
  readonly refused: readonly { readonly messageId: string; readonly problem: string }[]
}

interface Entry<T, R> {
  readonly what: T
  readonly done: (result: R) => void
  readonly fail: (error: unknown) => void
}

/** What goes into the next transaction. */
interface Page {
  readonly takes: Entry<readonly HeldMessage[], Taken>[]
  readonly sending: Entry<readonly string[], void>[]
  readonly results: Entry<SendResult, void>[]
}

/** What SQS answered is written down whether or not the redrive is still worked on. */
const NOTHING_ASKED: MovingState = { isWorked: true, heldGroups: new Set() }
/** Deletes go into the ledger when so many are known, or with what is written once one has waited for so long: one statement for many. */
const MANY_DELETED = 100
const DELETED_WAIT_MS = 1_000
/** A transaction waits for so many turns of the event loop, or until so much is handed in: it costs much the same for few as for many. */
const GATHER_TURNS = 40
const GATHERED = 40

/**
 * Writes the ledger of one redrive for everything that goes on at once: what is handed in while a transaction is under way goes into the
 * next one together. Each promise resolves when its part is committed, and rejects when it is not.
 */
export class LedgerPen {
  readonly #run: Redrive
  readonly #context: RedriveContext
  readonly #options: Pick<TakeOptions, 'isCanary'> & { readonly most: number | null }
  readonly #soFar: MovedSoFar
  #page: Page = newPage()
  #deleted: string[] = []
  /** When the first of these was handed in, by `performance.now`. */
  #deletedFromMs = 0
  #isFlushing = false
  #writing: Promise<void> | null = null

  /** `most` is how many messages the redrive may take in all; null for any number. `soFar` is kept up to date. */
  constructor(
    run: Redrive,
    context: RedriveContext,
    options: { readonly isCanary: boolean; readonly most: number | null; readonly soFar: MovedSoFar },
  ) {
    this.#run = run
    this.#context = context
    this.#options = options
    this.#soFar = options.soFar
  }

  /** Decides what is done with messages and writes down those that are moved. Throws `NoLongerWorked` after a pause. */
  take(messages: readonly HeldMessage[]): Promise<Taken> {
    return this.#enter((entry) => this.#page.takes.push(entry), messages)
  }

  /** Notes that messages which were read are about to be sent. Throws `NoLongerWorked` after a pause. */
  sending(ids: readonly string[]): Promise<void> {
    return this.#enter((entry) => this.#page.sending.push(entry), ids)
  }

  /** Notes what SQS took and what not, also after a pause. */
  result(result: SendResult): Promise<void> {
    return this.#enter((entry) => this.#page.results.push(entry), result)
  }

  /** Notes deleted messages a while later, at the latest by `flush`. Until then they stand as `sent`, which is as true. */
  deleted(ids: readonly string[]): void {
    if (this.#deleted.length === 0) this.#deletedFromMs = performance.now()
    this.#deleted.push(...ids)
    if (this.#deleted.length >= MANY_DELETED) void this.#begin()
  }

  /** Resolves when everything that was handed in is committed. */
  async flush(): Promise<void> {
    this.#isFlushing = true
    try {
      while (this.#writing !== null || this.#deleted.length > 0) await this.#begin()
    } finally {
      this.#isFlushing = false
    }
  }

  #enter<T, R>(add: (entry: Entry<T, R>) => void, what: T): Promise<R> {
    return new Promise((done, fail) => {
      add({ what, done, fail })
      void this.#begin()
    })
  }

  #begin(): Promise<void> {
    if (this.#writing === null) {
      this.#writing = this.#writeAll()
      // Whoever handed something in is told of a failure there. Once, since it writes for as long as there is something: what every
      // caller hung on it would stay in memory until then, with its messages.
      this.#writing.catch(() => {})
    }
    return this.#writing
  }

  /** What was handed in while a transaction failed is written all the same: whoever waits for it is told what became of it. */
  async #writeAll(): Promise<void> {
    let failed: { readonly error: unknown } | null = null
    for (;;) {
      await this.#gather()
      const page = this.#page
      const deleted = this.#takeDeleted()
      if (sizeOf(page) === 0 && deleted.length === 0) break
      this.#page = newPage()
      try {
        const tell = await this.#context.commit((tx) => this.#write(tx, page, deleted))
        tell()
      } catch (error) {
        for (const { fail } of [...page.takes, ...page.sending, ...page.results]) fail(error)
        failed = { error }
      }
    }
    // Before anybody else runs: what is handed in from now on begins anew.
    this.#writing = null
    if (failed !== null) throw failed.error
  }

  /** What comes up in the next turns of the event loop goes along: short where nothing else is under way, and long where much is. */
  async #gather(): Promise<void> {
    for (let turn = 0; turn < GATHER_TURNS && (turn === 0 || sizeOf(this.#page) < GATHERED); turn += 1)
      await new Promise((resolve) => setImmediate(resolve))
  }

  #takeDeleted(): readonly string[] {
    const isDue = performance.now() - this.#deletedFromMs > DELETED_WAIT_MS
    if (this.#deleted.length < MANY_DELETED && !isDue && !this.#isFlushing) return []
    const deleted = this.#deleted
    this.#deleted = []
    return deleted
  }

  /** Returns what tells everybody, for after the commit. */
  async #write(tx: Tx, page: Page, deleted: readonly string[]): Promise<() => void> {
    const nowMs = this.#context.nowMs()
    const results = joined(page.results.map(({ what }) => what))
    const isAsked = page.takes.length + page.sending.length > 0
    const messages = messagesOf(page)
    // In this order: what is known of messages is what stands there once the redrive is locked. Each of these functions sends its first
    // statement before it waits for anything else; a test says so.
    const [, { isWorked, heldGroups }, known] = await Promise.all([
      Promise.all(this.#writeResults(tx, results, deleted, nowMs)),
      isAsked ? lockMoving(tx, this.#run.id) : NOTHING_ASKED,
      knownMessages(
        tx,
        this.#run,
        messages.map(({ messageId }) => messageId),
      ),
    ])
    const ids = isWorked ? page.sending.flatMap(({ what }) => what) : []
    const taken = isWorked ? await this.#take(tx, messages, { heldGroups, known }) : null
    await Promise.all([
      taken?.write(tx),
      markSending(tx, { id: this.#run.id, isRepeatSafe: isFifoRun(this.#run) }, ids, nowMs),
      this.#addTraffic(tx, { page, taken, sending: ids.length, deleted: results.sent.length }, nowMs),
    ])
    const parts = taken === null ? [] : divided(taken, page.takes)
    return () => {
      this.#soFar.moved += results.sent.length
      this.#soFar.taken += (taken?.added ?? 0) - (taken?.refused ?? 0) - results.refused.length
      this.#soFar.cameBack += taken?.cameBack ?? 0
      for (const { done } of page.results) done()
      for (const { done, fail } of page.sending)
        if (isWorked) done()
        else fail(new NoLongerWorked(this.#run.id))
      for (const [index, { done, fail }] of page.takes.entries()) {
        const part = parts[index]
        if (part === undefined) fail(new NoLongerWorked(this.#run.id))
        else done(part)
      }
    }
  }

  #writeResults(tx: Tx, results: SendResult, deleted: readonly string[], nowMs: number): Promise<void>[] {
    const { id } = this.#run
    return [
      markSent(tx, id, results.sent, nowMs),
      markNotSent(tx, id, results.again),
      ...results.refused.map(({ messageId, problem }) => markRefused(tx, id, messageId, problem)),
      markDeleted(tx, id, deleted, nowMs),
    ]
  }

  async #take(
    tx: Tx,
    messages: readonly HeldMessage[],
    { heldGroups, known }: Pick<TakeOptions, 'heldGroups' | 'known'>,
  ): Promise<Decided | null> {
    if (messages.length === 0) return null
    const { isCanary, most } = this.#options
    const room = most === null ? Number.POSITIVE_INFINITY : Math.max(0, most - this.#soFar.taken)
    return takeMessages(tx, this.#run, messages, { context: this.#context, isCanary, room, heldGroups, known })
  }

  /** Counted before the calls that it is about, so that a kill makes it too much and never too little. */
  async #addTraffic(
    tx: Tx,
    done: { readonly page: Page; readonly taken: Taken | null; readonly sending: number; readonly deleted: number },
    nowMs: number,
  ): Promise<void> {
    const { sourceQueue, destinationQueue, transform } = this.#run
    const received = done.taken === null ? 0 : done.page.takes.reduce((sum, { what }) => sum + what.length, 0)
    const sent = done.sending + (isFifoRun(this.#run) ? 0 : (done.taken?.moving.length ?? 0))
    const sentChanged = transform.length === 0 ? 0 : sent
    const deleted = done.deleted
    const traffic =
      sourceQueue === destinationQueue
        ? new Map([[sourceQueue, { received, deleted, sent, sentChanged }]])
        : new Map<string, OwnTraffic>([
            [sourceQueue, { received, deleted }],
            [destinationQueue, { sent, sentChanged }],
          ])
    await addTrafficOfQueues(tx, traffic, nowMs)
  }
}

function newPage(): Page {
  return { takes: [], sending: [], results: [] }
}

function messagesOf({ takes }: Page): HeldMessage[] {
  return takes.flatMap(({ what }) => what)
}

function sizeOf({ takes, sending, results }: Page): number {
  return takes.length + sending.length + results.length
}

function joined(results: readonly SendResult[]): SendResult {
  return {
    sent: results.flatMap(({ sent }) => sent),
    again: results.flatMap(({ again }) => again),
    refused: results.flatMap(({ refused }) => refused),
  }
}

/** Divides what was taken among those who handed the messages in; each part keeps the order. */
function divided({ moving, toDelete, left, ...counts }: Decided, takes: Page['takes']): Taken[] {
  const owners = new Map(takes.flatMap(({ what }, owner) => what.map(({ messageId }) => [messageId, owner] as const)))
  const byOwner = <T extends { readonly message: HeldMessage }>(all: readonly T[]): Map<number | undefined, T[]> =>
    Map.groupBy(all, ({ message }) => owners.get(message.messageId))
  const [ownMoving, ownToDelete, ownLeft] = [byOwner(moving), byOwner(toDelete), byOwner(left)]
  return takes.map((_, owner) => ({
    ...counts,
    moving: ownMoving.get(owner) ?? [],
    toDelete: ownToDelete.get(owner) ?? [],
    left: ownLeft.get(owner) ?? [],
  }))
}
