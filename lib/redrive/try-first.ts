import 'server-only'
import { SPILLWAY } from '#lib/domain/incident.ts'
import { judgeFirst } from '#lib/store/prove-redrive.ts'
import { dropCanary, findCanary } from '#lib/store/redrive-ledger.ts'
import type { LedgerRow, Redrive } from '#lib/store/redrive-row.ts'
import { moveRedrive, updateRedrive } from '#lib/store/redrives.ts'
import { hiddenSeconds, isDrained } from './is-drained.ts'
import { lookForReturned } from './look-for-returned.ts'
import { moveMessages } from './move-messages.ts'
import { countQueue, total } from './queue-calls.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import { noteIdle, type StepMemory } from './step-memory.ts'
import { tellIncident, topicsOf } from './tell-incident.ts'

const AGAIN_MS = 250
const FATE_MS = 3_000
/** A first message that is not met again for so many holds has been taken by somebody else. */
const HOLDS_MISSED = 3

/** Moves one message and no other. The step after it waits for its fate. */
export async function tryFirst(run: Redrive, context: RedriveContext, memory: StepMemory): Promise<Stepped> {
  if (run.backlog === null) await noteBacklog(run, context)
  const before = await context.commit((tx) => findCanary(tx, run.id))
  if (before !== null && (await isMoved(before, run, context))) return firstMoved(run, context)
  const canary = before !== null && (await isMissing(before, run, context)) ? null : before
  if (before !== null && canary === null) await forget(before, run, context)
  const onlyId = canary?.messageId ?? null
  const moved = await moveMessages(run, context, { most: onlyId === null ? 1 : 10, isCanary: true, onlyId })
  noteIdle(memory, moved.toMove + moved.deleted === 0)
  const after = await context.commit((tx) => findCanary(tx, run.id))
  if (after?.state === 'deleted') return firstMoved(run, context)
  if (after === null && (await isDrained(run, context, memory))) return nothingToMove(run, context)
  return { isOver: false, waitMs: AGAIN_MS, topics: moved.sent > 0 ? topicsOf(run) : [] }
}

async function noteBacklog(run: Redrive, context: RedriveContext): Promise<void> {
  const backlog = total(await countQueue(context, run.destinationUrl))
  if (Number.isFinite(backlog)) await context.commit((tx) => updateRedrive(tx, run.id, { backlog }, context.nowMs()))
}

/** Sent for certain is enough: when its delete stays unconfirmed it has gone, or it comes again and is deleted then. */
async function isMoved(canary: LedgerRow, run: Redrive, context: RedriveContext): Promise<boolean> {
  if (canary.state === 'deleted') return true
  if (canary.state !== 'sent' || canary.sentMs === null) return false
  return context.nowMs() - canary.sentMs > (await hiddenSeconds(run, context)) * 1000
}

async function isMissing(canary: LedgerRow, run: Redrive, context: RedriveContext): Promise<boolean> {
  if (canary.state !== 'read' && canary.state !== 'sending') return false
  const heldMs = (await hiddenSeconds(run, context)) * 1000
  return context.nowMs() - (canary.sendingMs ?? canary.readMs) > HOLDS_MISSED * heldMs
}

async function forget(canary: LedgerRow, run: Redrive, context: RedriveContext): Promise<void> {
  const problem = canary.state === 'read' ? 'It was gone from the queue before it could be moved.' : null
  await context.commit((tx) => dropCanary(tx, run.id, canary.messageId, problem))
}

async function firstMoved(run: Redrive, context: RedriveContext): Promise<Stepped> {
  await context.commit((tx) => moveRedrive(tx, run.id, 'canary-moved', { trouble: null }, context.nowMs()))
  return { isOver: false, waitMs: AGAIN_MS, topics: topicsOf(run) }
}

async function nothingToMove(run: Redrive, context: RedriveContext): Promise<Stepped> {
  const nowMs = context.nowMs()
  const reason = 'The queue held nothing that this redrive would move.'
  await context.commit(async (tx) => {
    await moveRedrive(tx, run.id, 'nothing-to-move', { reason, endedMs: nowMs, endedBy: SPILLWAY }, nowMs)
    await tellIncident(tx, run, { moment: 'ended', actor: SPILLWAY, text: reason }, nowMs)
  })
  return { isOver: true, waitMs: 0, topics: topicsOf(run) }
}

/** Looks for evidence of what became of the first message. Without any it goes on waiting, however long it takes. */
export async function awaitFirst(run: Redrive, context: RedriveContext): Promise<Stepped> {
  const first = await context.commit((tx) => findCanary(tx, run.id))
  const scan = await lookForReturned(run, context, first ?? undefined)
  const left = total(await countQueue(context, run.destinationUrl))
  const isNowhere = left === 0 && (run.mode === 'in-place' || scan.isWhole)
  const judged = await context.commit(async (tx) => {
    const canary = await findCanary(tx, run.id)
    if (canary === null) return null
    const nowMs = context.nowMs()
    const { fate, evidence } = await judgeFirst(tx, run, canary, { isNowhere, nowMs })
    const change = { canaryFate: fate, canaryEvidence: evidence, trouble: null }
    if (fate === 'consumed') {
      await moveRedrive(tx, run.id, 'canary-consumed', change, nowMs)
      const text = `the first message was processed, the rest follows. ${evidence}`
      await tellIncident(tx, run, { moment: 'consumed', actor: SPILLWAY, text }, nowMs)
    } else if (fate === 'came-back') {
      const reason = 'The first message came back: the consumer still cannot process it.'
      await moveRedrive(tx, run.id, 'came-back', { ...change, reason, endedMs: nowMs, endedBy: SPILLWAY }, nowMs)
      const told = {
        moment: 'came-back',
        actor: SPILLWAY,
        text: `${reason} ${evidence}`,
        data: { cameBack: 1 },
      } as const
      await tellIncident(tx, run, told, nowMs)
    } else if (evidence !== run.canaryEvidence || run.trouble !== null) await updateRedrive(tx, run.id, change, nowMs)
    return fate
  })
  const isKnown = judged === 'consumed' || judged === 'came-back'
  return { isOver: judged === 'came-back', waitMs: isKnown ? 0 : FATE_MS, topics: isKnown ? topicsOf(run) : [] }
}
