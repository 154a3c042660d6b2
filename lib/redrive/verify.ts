import 'server-only'
import { SPILLWAY } from '#lib/domain/incident.ts'
import { proofWords } from '#lib/domain/redrive-fate.ts'
import { proveRedrive } from '#lib/store/prove-redrive.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { findActiveRedrive, moveRedrive, updateRedrive } from '#lib/store/redrives.ts'
import { lookForReturned } from './look-for-returned.ts'
import { countQueue, total } from './queue-calls.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import { tellIncident, topicsOf } from './tell-incident.ts'

const AGAIN_MS = 10_000
const MINUTE_MS = 60_000

/** Learns what became of the messages, until every fate is known or the time for it is over; what is unknown then stays so. */
export async function verify(run: Redrive, context: RedriveContext): Promise<Stepped> {
  const other = await context.commit((tx) => findActiveRedrive(tx, run.sourceQueue))
  // Another redrive works on the queue now and would have to wait for what this one holds.
  const isSettled = run.settledMs !== null || (other === null && (await isNowhere(run, context)))
  const nowMs = context.nowMs()
  const isLate = run.movedMs !== null && nowMs - run.movedMs > context.settings.redrive.verifyMinutes * MINUTE_MS
  const isKnown = await context.commit(async (tx) => {
    if (isSettled && run.settledMs === null) await updateRedrive(tx, run.id, { settledMs: nowMs }, nowMs)
    const proof = await proveRedrive(tx, run, { isNowhere: isSettled, nowMs })
    if (proof.unknown > 0 && !isLate) return false
    await moveRedrive(tx, run.id, 'verified', { trouble: null, proof, endedMs: nowMs, endedBy: SPILLWAY }, nowMs)
    const { sent, consumed, cameBack, unknown } = proof
    const text = proofWords(proof)
    await tellIncident(
      tx,
      run,
      { moment: 'ended', actor: SPILLWAY, text, data: { sent, consumed, cameBack, unknown } },
      nowMs,
    )
    return true
  })
  return { isOver: isKnown, waitMs: AGAIN_MS, topics: isKnown ? topicsOf(run) : [] }
}

async function isNowhere(run: Redrive, context: RedriveContext): Promise<boolean> {
  const scan = await lookForReturned(run, context)
  const left = total(await countQueue(context, run.destinationUrl))
  return left === 0 && (run.mode === 'in-place' || scan.isWhole)
}
