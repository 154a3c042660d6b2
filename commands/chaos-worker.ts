import { setTimeout as pause } from 'node:timers/promises'
import { getEnv } from '#lib/config/env.ts'
import { getLog } from '#lib/config/log.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { createChangeLog } from '#lib/collect/change-log.ts'
import type { CollectContext } from '#lib/collect/collect-context.ts'
import { runWorkLoops } from '#lib/collect/work-loops.ts'
import { startRun } from '#lib/redrive/fixtures/redrive-runs.ts'
import type { Db } from '#lib/store/db.ts'
import { withStore } from '#lib/store/outage.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { countLedger, listNotable } from '#lib/store/read-ledger.ts'
import { getRedrive, moveRedrive } from '#lib/store/redrives.ts'
import { aQueue } from '#lib/testing/builders.ts'
import type { CommitStrike, WorkerAnswer, WorkerOrder, WorkerQuestion } from './chaos/worker-words.ts'

/**
 * A process of the kill harness that does nothing but the collector's own work on redrives, under its own leases, on a real store: it starts
 * in a second, so that hundreds of kills take minutes. Its order comes as JSON in its only argument; it is asked over Node's channel.
 */
const order = orderOf(process.argv[2])

/** Every process bears the same name: the harness sees the one before it dead, so that nobody has to wait until its lease runs out. */
const HOLDER = 'chaos'
const MOST_NOTES = 1_000

const strike = { left: Number.POSITIVE_INFINITY, at: order.strike }

/** The store, at one of whose commits the process is killed. */
function struck(db: Db): Db {
  const transaction = async <T>(run: Parameters<typeof db.transaction<T>>[0]): Promise<T> => {
    strike.left -= 1
    const isNow = strike.left === 0
    const result = await db.transaction(async (tx) => {
      const done = await run(tx)
      if (isNow && strike.at?.moment === 'before-commit') process.kill(process.pid, 'SIGKILL')
      return done
    })
    if (isNow) process.kill(process.pid, 'SIGKILL')
    return result
  }
  return { ...db, transaction }
}

const context: CollectContext = {
  sources: [],
  detectors: [],
  notifiers: [],
  env: getEnv(),
  settings: settingsSchema.parse({}),
  withStore: (work) => withStore((db) => work(struck(db))),
  publish: () => {},
  log: getLog(),
  changes: createChangeLog(getLog()),
  holder: HOLDER,
  nowMs: () => Date.now(),
}

async function startRedrive(db: Db): Promise<number> {
  const [source, dlq] = [order.source, order.dlq].map((queue) => aQueue({ ...queue, visibilityTimeoutSeconds: 3 }))
  if (source === undefined || dlq === undefined) throw new Error('The order names no queues.')
  await upsertQueues(db.orm, [source, dlq], Date.now(), true)
  const run = await startRun(
    db,
    { source, dlq },
    {
      mode: order.mode,
      acceptsInterleaving: source.isFifo,
      canaryMessages: order.canaryMessages,
      perSecond: order.perSecond,
      holdSeconds: 3,
    },
  )
  return run.id
}

/** What the first messages prove is told at once: how it is learned is another matter than what becomes of the ledger. */
async function proveFirst(id: number): Promise<never> {
  for (;;) {
    await withStore(async (db) => {
      const { state } = await getRedrive(db.orm, id)
      if (state !== 'waiting') return
      const change = { canaryFate: 'consumed' } as const
      await db.transaction((tx) => moveRedrive(tx, id, 'canary-consumed', change, Date.now()))
    }).catch(() => {})
    await pause(100)
  }
}

/** The redrive as its page reads it. */
async function read(id: number): Promise<WorkerAnswer> {
  return withStore((db) =>
    db.transaction(async (tx) => {
      const { state, trouble, reason } = await getRedrive(tx, id)
      const { sent, deleted, possibleDuplicates, ...counts } = await countLedger(tx, id)
      const rows = await listNotable(tx, id, { isHalfWay: false, limit: MOST_NOTES })
      const notes = rows.map(({ messageId, isPossibleDuplicate, problem }) => ({
        messageId,
        isPossibleDuplicate,
        problem,
      }))
      const shown = {
        state,
        trouble,
        reason,
        counts: { ...counts, moved: sent + deleted, deleted, possibleDuplicates },
      }
      return { kind: 'shown', shown: { ...shown, notes } }
    }),
  )
}

function answer(words: WorkerAnswer): void {
  process.send?.(words)
}

/** Written by the harness alone. */
function orderOf(text: string | undefined): WorkerOrder {
  if (text === undefined) throw new Error('This process is started by npm run test:chaos.')
  return JSON.parse(text) as WorkerOrder
}

function countFrom(at: CommitStrike | null): void {
  strike.left = at?.turn ?? Number.POSITIVE_INFINITY
}

// Without its harness it has nothing to do.
process.on('disconnect', () => process.exit(1))
const id = order.id ?? (await withStore(startRedrive))
answer({ kind: 'started', id })
process.on('message', (question: WorkerQuestion) => {
  if (question.kind === 'read')
    read(id).then(answer, (error: unknown) => answer({ kind: 'failed', message: String(error) }))
})
countFrom(order.strike)
await Promise.all([runWorkLoops(context, new AbortController().signal), proveFirst(id)])
