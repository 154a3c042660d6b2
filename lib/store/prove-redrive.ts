import 'server-only'
import { judgeCanary, proveRun, type Judged, type Proof, type RunProof } from '#lib/domain/redrive-fate.ts'
import type { Tx } from './db.ts'
import { countRedrivePeople, countOutcomesAfter, readFlowSince } from './redrive-evidence.ts'
import { countLedger, listCanaries } from './read-ledger.ts'
import type { LedgerRow, Redrive } from './redrive-row.ts'

/** What a look into the queues told besides what the store knows. */
export interface SeenNow {
  /** Nothing is left in the destination, and the source was searched to its end. */
  readonly isNowhere: boolean
}

/** What is known of the first messages, judged together; there is at least one. */
export async function judgeFirst(
  tx: Tx,
  run: Redrive,
  canaries: readonly LedgerRow[],
  { isNowhere, nowMs }: SeenNow & { readonly nowMs: number },
): Promise<Judged> {
  const firstMs = Math.min(...canaries.map(({ sendingMs, readMs }) => sendingMs ?? readMs))
  const wasQuiet = run.quietSinceMs !== null
  const hasComeBack = canaries.some(({ cameBackMs }) => cameBackMs !== null)
  let outcomes = 0
  // One e-mail speaks for one message: several may name the same person.
  for (const [ref, own] of Map.groupBy(canaries, ({ personRef }) => personRef)) {
    if (ref === null) continue
    const sinceMs = Math.min(...own.map(({ sendingMs, readMs }) => sendingMs ?? readMs))
    outcomes += Math.min(own.length, await countOutcomesAfter(tx, ref, sinceMs))
  }
  return judgeCanary({
    messages: canaries.length,
    seenAgain: hasComeBack ? (run.mode === 'dlq-to-source' ? 'dlq' : 'queue') : null,
    outcomes,
    flow: await readFlowSince(tx, { queue: run.destinationQueue, firstMs, nowMs, wasQuiet }),
    wasQuiet,
    backlog: run.backlog,
    isNowhere,
  })
}

/**
 * What became of all messages of a redrive, as far as it is proven now; of one that ended as it was proven then. While the fate of its first
 * messages is open it is what decides about them that counts, so that figures never say more or less than that. People are counted anew.
 */
export async function proveRedrive(
  tx: Tx,
  run: Redrive,
  { isNowhere, nowMs }: SeenNow & { readonly nowMs: number },
): Promise<RunProof> {
  const people = await countRedrivePeople(tx, run.id)
  const since = { named: people.named, withEmail: people.withEmail }
  if (run.proof !== null) return { ...run.proof, people: since }
  const counts = await countLedger(tx, run.id)
  // Which messages SQS's own task moved nobody knows: none of them can be met again, only deletes tell of them.
  const isTask = run.way === 'move-task'
  const sent = isTask ? (run.task?.moved ?? 0) : counts.sent + counts.deleted
  const told = { sent, causes: { same: counts.sameCause, other: counts.otherCause }, people: since }
  const canaries = isTask ? [] : await listCanaries(tx, run.id)
  if (run.canaryFate === 'unknown' && canaries.length > 0) {
    const { consumed } = await judgeFirst(tx, run, canaries, { isNowhere, nowMs })
    return { ...firstProof(sent, counts.cameBack, consumed), ...told }
  }
  const flow =
    run.startedMs === null
      ? null
      : await readFlowSince(tx, {
          queue: run.destinationQueue,
          firstMs: run.startedMs,
          nowMs,
          wasQuiet: run.quietSinceMs !== null,
        })
  const proof = proveRun({
    sent,
    first: run.canaryFate === 'consumed' ? canaries.length : 0,
    cameBack: counts.cameBack,
    byOutcome: people.messagesWithOutcome,
    flow,
    backlog: run.backlog,
    isNowhere: isNowhere && !isTask,
  })
  return { ...proof, ...told }
}

function firstProof(sent: number, cameBack: number, proven: number): Proof {
  const rest = Math.max(0, sent - cameBack)
  const consumed = Math.min(rest, proven)
  return { consumed, cameBack, unknown: rest - consumed }
}
