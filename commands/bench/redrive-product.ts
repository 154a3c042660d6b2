import { settingsSchema } from '#lib/config/settings.ts'
import { homeReach } from '#lib/aws/places.ts'
import { ownNameOfUrl } from '#lib/domain/queue.ts'
import { EVERYTHING } from '#lib/domain/redrive-selection.ts'
import type { RedriveContext } from '#lib/redrive/redrive-context.ts'
import { newStepMemory } from '#lib/redrive/step-memory.ts'
import { stepRedrive } from '#lib/redrive/step.ts'
import type { Db } from '#lib/store/db.ts'
import { insertPlan, moveRedrive } from '#lib/store/redrives.ts'
import { sql } from 'drizzle-orm'
import { setTimeout as pause } from 'node:timers/promises'
import { REGION, type BenchQueues } from './redrive-queues.ts'

export interface ProductRun {
  readonly count: number
  readonly concurrency: number
  /** As fast as it goes without one. */
  readonly perSecond?: number
}

const UNLIMITED = 1_000_000

/**
 * Moves messages by the product's own path, from the moment at which the first one's fate is known: the step that the collector runs, on a
 * real store. Throws when one of them was not written down as `sending`, `sent` and `deleted`. Returns messages a second.
 */
export async function runProduct(db: Db, queues: BenchQueues, wanted: ProductRun): Promise<number> {
  const { id } = await startPlan(db, queues, wanted)
  const commits = { count: 0 }
  const context = contextOf(db, wanted, commits)
  const memory = newStepMemory()
  const startedMs = performance.now()
  for (let isMoving = true; isMoving;) {
    const { waitMs } = await stepRedrive(id, context, memory)
    const { rows } = await db.orm.execute<{ state: string }>(sql`select state from redrive where id = ${id}::bigint`)
    isMoving = rows[0]?.state === 'running'
    if (isMoving && waitMs > 0) await pause(waitMs)
  }
  const seconds = (performance.now() - startedMs) / 1_000
  await assertWritten(db, id, wanted.count)
  return wanted.count / seconds
}

async function startPlan(
  db: Db,
  { sourceUrl, destinationUrl }: BenchQueues,
  { count, perSecond = UNLIMITED }: ProductRun,
): Promise<{ readonly id: number }> {
  const nowMs = Date.now()
  const plan = await insertPlan(db.orm, {
    mode: 'dlq-to-source',
    sourceQueue: ownNameOfUrl(sourceUrl),
    sourceUrl,
    destinationQueue: ownNameOfUrl(destinationUrl),
    destinationUrl,
    destinationKind: 'source',
    way: 'ledger',
    selection: EVERYTHING,
    transform: [],
    canaryMessages: 1,
    acceptsInterleaving: false,
    purpose: null,
    incident: null,
    mostMessages: count,
    perSecond,
    holdSeconds: 60,
    samples: [],
    preflight: null,
    aboutMessages: count,
    readMessages: null,
    matchedMessages: null,
    plannedBy: 'bench',
    plannedActor: null,
    plannedMs: nowMs,
  })
  await db.transaction(async (tx) => {
    await moveRedrive(tx, plan.id, 'start', { startedBy: 'bench', startedMs: nowMs + 60_000 }, nowMs)
    await moveRedrive(tx, plan.id, 'canary-moved', {}, nowMs)
    await moveRedrive(tx, plan.id, 'canary-consumed', { canaryFate: 'consumed' }, nowMs)
  })
  return plan
}

function contextOf(db: Db, { concurrency }: ProductRun, commits: { count: number }): RedriveContext {
  return {
    aws: homeReach(REGION),
    settings: settingsSchema.parse({ redrive: { concurrency } }),
    nowMs: () => Date.now(),
    signal: new AbortController().signal,
    countCall: () => {},
    publish: () => {},
    commit: (work) => {
      commits.count += 1
      return db.transaction(work)
    },
  }
}

async function assertWritten(db: Db, id: number, count: number): Promise<void> {
  const { rows } = await db.orm.execute<{ written: number }>(sql`
    select count(*)::integer as written from redrive_message
    where redrive = ${id}::bigint and state = 'deleted' and sending_at <= sent_at and sent_at <= deleted_at
      and new_message_id is not null and send_attempts = 1 and not is_possible_duplicate`)
  if (rows[0]?.written !== count)
    throw new Error(`${rows[0]?.written} of ${count} messages are in the ledger as sending, sent and deleted.`)
}
