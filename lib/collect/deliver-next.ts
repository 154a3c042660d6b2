import 'server-only'
import { NotifyError, type Delivery, type Notifier, type NotifyContext } from '#lib/notify/define-notifier.ts'
import { addCalls } from '#lib/store/api-calls.ts'
import type { Tx } from '#lib/store/db.ts'
import type { Lease } from '#lib/store/leases.ts'
import {
  findWaiting,
  listWaiting,
  markAttempted,
  replaceContent,
  skipMessages,
  type OutboxContent,
} from '#lib/store/outbox-delivery.ts'
import type { CallTally } from './call-tally.ts'
import { chooseDelivery, tellRoot, type DeliveryStep } from './choose-delivery.ts'
import type { CollectContext } from './collect-context.ts'
import { keepDelivered, keepFault } from './keep-delivery.ts'
import type { OutboxPace } from './outbox-loop.ts'
import { assertHeld } from './run-under-lease.ts'

/** Delivering for one channel under one lease. */
export interface DeliveryRun {
  readonly notifier: Notifier
  readonly context: CollectContext
  readonly pace: OutboxPace
  readonly calls: CallTally
  readonly lease: Lease
  readonly held: AbortSignal
  /** Nothing is told before `untilMs`: the channel asked for it, or does not answer. */
  readonly hold: { untilMs: number; failures: number }
}

/** A message on its way. */
interface Handed {
  readonly content: OutboxContent
  readonly delivery: Delivery
}

/**
 * Does the next thing that is due; false when nothing is. What is about to be told is committed as `attempted` before the call, and as `sent`
 * after it, each under the lease. Whatever ends this in between leaves a message of which the channel is asked first.
 */
export async function deliverNext(run: DeliveryRun): Promise<boolean> {
  const { context } = run
  const next = await commit(run, async (tx) => {
    const waiting = await listWaiting(tx, run.notifier.id)
    const step = chooseDelivery(waiting, context.nowMs())
    return step === null ? null : begin(run, tx, step)
  })
  if (next === null) return false
  if (next === 'done') return true
  if (next.isAsking) await ask(run, next)
  else await tell(run, next)
  return true
}

type Begun = (Handed & { readonly isAsking: boolean; readonly beganMs: number }) | 'done'

async function begin(run: DeliveryRun, tx: Tx, step: DeliveryStep): Promise<Begun> {
  const beganMs = performance.now()
  if (step.kind === 'ask') {
    const content = await findWaiting(tx, step.id)
    return content === null ? 'done' : { ...handed(content, step.rootId), isAsking: true, beganMs }
  }
  if (step.kind === 'tell' && step.contentOf !== null) await replaceContent(tx, step.id, step.contentOf)
  for (const { ids, reason } of step.skips) await skipMessages(tx, ids, reason)
  if (step.kind === 'skip') return 'done'
  const atMs = run.context.nowMs()
  const content = await markAttempted(tx, step.id, { atMs, askAtMs: atMs + run.pace.askAfterMs })
  return content === null ? 'done' : { ...handed(content, step.rootId), isAsking: false, beganMs }
}

function handed(content: OutboxContent, rootId: string | null): Handed {
  const { kind, dedupeKey, payload } = content
  return { content, delivery: { kind, dedupeKey, payload, rootId } }
}

async function tell(run: DeliveryRun, { content, delivery, beganMs }: Handed & { beganMs: number }): Promise<void> {
  // Whoever was stopped for so long may have lost the lease: the next holder asks, and nothing is told twice.
  if (run.held.aborted || performance.now() - beganMs > run.pace.beginWithinMs) return
  const told = await attempt(() => run.notifier.deliver(delivery, notifyContext(run)))
  await commit(run, (tx) =>
    told instanceof NotifyError
      ? keepFault(run, tx, { content, fault: told, isAsking: false })
      : keepDelivered(run, tx, content, told),
  )
  publish(run)
}

/** Looks in the channel; what is not there is told in the same step, since nobody else does in between. */
async function ask(run: DeliveryRun, { content, delivery }: Handed): Promise<void> {
  const found = await attempt(() =>
    run.notifier.find(delivery, content.createdMs, { ...notifyContext(run), signal: run.held }),
  )
  if (found instanceof NotifyError || found !== null) {
    await commit(run, (tx) =>
      found instanceof NotifyError
        ? keepFault(run, tx, { content, fault: found, isAsking: true })
        : keepDelivered(run, tx, content, found),
    )
    publish(run)
    return
  }
  const next = await commit(run, async (tx) => {
    const waiting = await listWaiting(tx, run.notifier.id)
    const mine = waiting.filter(({ incident }) => incident === content.incident)
    const message = mine.find(({ id }) => id === content.id)
    if (message === undefined) return 'done'
    const { id, rootId } = message
    const step: DeliveryStep =
      message.kind === 'root'
        ? tellRoot(message, mine, run.context.nowMs())
        : { kind: 'tell', id, rootId, contentOf: null, skips: [] }
    return begin(run, tx, step)
  })
  if (next !== 'done') await tell(run, next)
}

async function attempt<T>(call: () => Promise<T>): Promise<T | NotifyError> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof NotifyError) return error
    throw error
  }
}

function notifyContext({ context, held, calls, pace }: DeliveryRun): NotifyContext {
  const { env, settings } = context
  const signal = AbortSignal.any([held, AbortSignal.timeout(pace.endWithinMs)])
  return { env, settings, signal, countCall: (service, operation) => calls.add(service, operation) }
}

function publish({ context }: DeliveryRun): void {
  context.publish(['incidents', 'settings'])
}

/** One transaction under the lease, with the calls that were made. Nothing of it is kept when the lease was lost. */
async function commit<T>({ context, lease, calls }: DeliveryRun, work: (tx: Tx) => Promise<T>): Promise<T> {
  const made = calls.take()
  try {
    return await context.withStore((db) =>
      db.transaction(async (tx) => {
        await assertHeld(tx, lease)
        await addCalls(tx, made, context.nowMs())
        return work(tx)
      }),
    )
  } catch (error) {
    // They were made, whether or not this could be stored.
    calls.putBack(made)
    throw error
  }
}
