import 'server-only'
import { recordTapShape } from '#lib/redrive/record-tap-shape.ts'
import { QueueCallError } from '#lib/redrive/ask-sqs.ts'
import { archiveWork } from '#lib/redrive/archive-work.ts'
import { stepRedrive } from '#lib/redrive/step.ts'
import { stepResync } from '#lib/redrive/resync-step.ts'
import { newStepMemory, type StepMemory } from '#lib/redrive/step-memory.ts'
import { reachOf, type RedriveContext, type Stepped } from '#lib/redrive/redrive-context.ts'
import { addCalls } from '#lib/store/api-calls.ts'
import { listWorkedArchives } from '#lib/store/archives.ts'
import { isStoreUnavailable } from '#lib/store/db.ts'
import type { Lease } from '#lib/store/leases.ts'
import { listWorkedRedrives } from '#lib/store/redrives.ts'
import { listRunningResyncs } from '#lib/store/resyncs.ts'
import { listUnfinishedStops } from '#lib/store/unfinished-stops.ts'
import { createCallTally } from './call-tally.ts'
import type { CollectContext } from './collect-context.ts'
import { backoffMs, pause } from './pause.ts'
import { assertHeld, noteTrouble, runUnderLease } from './run-under-lease.ts'

/** Between two looks for redrives and re-syncs that somebody started. */
const LOOK_MS = 1_000
/** Every how many such looks those that were stopped are looked at: it reads their ledgers. */
const LOOKS_A_STOP = 10
const BACKOFF = { firstMs: 250, mostMs: 5_000 }

type Step = (context: RedriveContext, memory: StepMemory) => Promise<Stepped>

/**
 * Works on every redrive and re-sync that runs, each under a lease of its own: no step runs in two processes at once, and a killed process
 * is replaced. Never throws.
 */
export async function runWorkLoops(context: CollectContext, signal: AbortSignal): Promise<void> {
  const loops = new Map<string, Promise<void>>()
  let looks = 0
  while (!signal.aborted) {
    try {
      for (const [name, step] of await listWork(context, looks % LOOKS_A_STOP === 0)) {
        if (loops.has(name)) continue
        const loop = runWork(name, step, context, signal).finally(() => loops.delete(name))
        loops.set(name, loop)
      }
    } catch (error) {
      noteTrouble('redrives', error, context)
    }
    looks += 1
    await pause(LOOK_MS, signal)
  }
  await Promise.all(loops.values())
}

async function listWork({ withStore, env, nowMs }: CollectContext, withStops: boolean): Promise<Map<string, Step>> {
  return withStore(async (db) => {
    const work = new Map<string, Step>()
    const worked = (await listWorkedRedrives(db.orm)).map(({ id }) => id)
    const stopped = withStops ? await listUnfinishedStops(db.orm, nowMs()) : []
    for (const id of [...worked, ...stopped])
      work.set(`redrive:${id}`, (given, memory) => stepRedrive(id, given, memory))
    for (const { id } of await listWorkedArchives(db.orm)) work.set(`archive:${id}`, archiveWork(id, env))
    for (const { id } of await listRunningResyncs(db.orm))
      work.set(`resync:${id}`, (given, memory) => stepResync(id, given, memory))
    return work
  })
}

/** Ends when the work is over, whichever process did it. */
async function runWork(name: string, step: Step, context: CollectContext, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  await runUnderLease(name, context, either, async (lease, held) => {
    if (await isWorkedTo(lease, held, { step, context })) over.abort()
  })
}

/** Keeps the shapes of healthy messages, of every queue of the flow that has a tap. Never throws. */
export async function runTaps(context: CollectContext, signal: AbortSignal): Promise<void> {
  const taps = context.settings.flow.flatMap(({ queue, tapQueueUrl }) =>
    tapQueueUrl === undefined ? [] : [{ queue, tapQueueUrl }],
  )
  await Promise.all(
    taps.map((tap) => runWork(`tap:${tap.queue}`, (given) => recordTapShape(tap, given), context, signal)),
  )
}

interface Work {
  readonly step: Step
  readonly context: CollectContext
}

/** True when there is nothing left to do; false when the lease was lost or everything is to end. */
async function isWorkedTo(lease: Lease, held: AbortSignal, { step, context }: Work): Promise<boolean> {
  const memory = newStepMemory()
  const given = redriveContext(lease, held, context)
  let failures = 0
  while (!held.aborted) {
    try {
      const { isOver, waitMs, topics } = await step(given, memory)
      if (topics.length > 0) context.publish(topics)
      context.changes.well(lease.name)
      if (isOver) return true
      failures = 0
      await pause(waitMs, held)
    } catch (error) {
      if (held.aborted) return false
      if (error instanceof QueueCallError) context.changes.problem(lease.name, error.message, error)
      else if (isStoreUnavailable(error)) noteTrouble(lease.name, error, context)
      else throw error
      failures += 1
      await pause(backoffMs(failures, BACKOFF.firstMs, BACKOFF.mostMs), held)
    }
  }
  return false
}

function redriveContext(lease: Lease, held: AbortSignal, context: CollectContext): RedriveContext {
  const { env, settings, nowMs, withStore } = context
  const calls = createCallTally()
  return {
    aws: reachOf(context),
    settings,
    resyncToken: env.SPILLWAY_RESYNC_TOKEN,
    nowMs,
    signal: held,
    countCall: (service, operation) => calls.add(service, operation),
    publish: context.publish,
    commit: async (work) => {
      const counted = calls.take()
      try {
        return await withStore((db) =>
          db.transaction(async (tx) => {
            await assertHeld(tx, lease)
            await addCalls(tx, counted, nowMs())
            return work(tx)
          }),
        )
      } catch (error) {
        // They were made, whether or not this could be stored.
        calls.putBack(counted)
        throw error
      }
    },
  }
}
