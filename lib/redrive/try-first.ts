import 'server-only'
import { SPILLWAY } from '#lib/domain/incident.ts'
import { missedWords, type MissedMessages } from '#lib/domain/redrive-missed.ts'
import { isNarrowed, mostOf } from '#lib/domain/redrive-selection.ts'
import { judgeFirst } from '#lib/store/prove-redrive.ts'
import { dropCanary } from '#lib/store/redrive-ledger.ts'
import { listCanaries } from '#lib/store/read-ledger.ts'
import type { LedgerRow, Redrive } from '#lib/store/redrive-row.ts'
import { moveRedrive, updateRedrive } from '#lib/store/redrives.ts'
import { CallSlots } from './call-slots.ts'
import { isFifoRun } from './fifo-rules.ts'
import { drainedBy, hiddenSeconds, type Drained } from './drained-by.ts'
import { giveBackLeft, noteLeft } from './left-messages.ts'
import { LedgerPen } from './ledger-pen.ts'
import { lookForReturned } from './look-for-returned.ts'
import { missedOf } from './missed-of.ts'
import { moveMessages, type Moved } from './move-messages.ts'
import { countQueue, total } from './queue-calls.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import { noteIdle, type StepMemory } from './step-memory.ts'
import { tellIncident, topicsOf } from './tell-incident.ts'

const AGAIN_MS = 250
const BATCH = 10
const FATE_MS = 3_000
/** A first message that is not met again for so many holds is waited for no longer: another one goes first. */
const HOLDS_MISSED = 3

/**
 * Moves the first messages and no other; in place on a FIFO queue the whole groups to which they belong. The step after it waits for their
 * fate. Where fewer are there than were planned, these decide.
 */
export async function tryFirst(run: Redrive, context: RedriveContext, memory: StepMemory): Promise<Stepped> {
  if (run.backlog === null) await noteBacklog(run, context)
  const hiddenMs = (await hiddenSeconds(run, context)) * 1000
  const before = await withoutMissing(run, context, { memory, hiddenMs })
  const isMoved = (row: LedgerRow): boolean => isSurelyMoved(row, context, hiddenMs)
  const isComplete = !movesGroups(run) && before.length >= wantedOf(run)
  if (isComplete && before.every(isMoved)) return firstMoved(run, context, memory)
  const moved = await moveFirst(run, context, before.length, memory)
  const saysNothing = await noteLeft(run, context, memory.left, moved)
  const isIdle = saysNothing && moved.toMove + moved.deleted === 0
  noteIdle(memory, isIdle)
  const after = await context.commit((tx) => listCanaries(tx, run.id))
  if (areAllDeleted(run, after, memory)) return firstMoved(run, context, memory)
  const drained = isIdle ? await drainedBy(run, context, memory) : null
  if (drained !== null && after.length === 0) return nothingToMove(run, context, { memory, drained })
  if (drained !== null && after.every(isMoved)) return firstMoved(run, context, memory)
  return { isOver: false, waitMs: isIdle ? AGAIN_MS : 0, topics: moved.sent > 0 ? topicsOf(run) : [] }
}

function wantedOf(run: Redrive): number {
  return Math.min(run.canaryMessages, mostOf(run) ?? run.canaryMessages)
}

/** In place on a FIFO queue whole groups go, however many messages they have. */
function movesGroups(run: Redrive): boolean {
  return run.mode === 'in-place' && isFifoRun(run)
}

/** A group goes on until nothing of it is met any more. */
function areAllDeleted(run: Redrive, canaries: readonly LedgerRow[], { idleReceives }: StepMemory): boolean {
  if (movesGroups(run) && idleReceives < 2) return false
  return canaries.length >= wantedOf(run) && canaries.every(({ state }) => state === 'deleted')
}

async function moveFirst(
  run: Redrive,
  context: RedriveContext,
  ...[taken, memory]: readonly [taken: number, memory: StepMemory]
): Promise<Moved> {
  const wanted = wantedOf(run)
  const pen = new LedgerPen(run, context, {
    isCanary: true,
    most: wanted,
    soFar: { taken, moved: 0, cameBack: 0 },
  })
  const mover = { run, context: { ...context, slots: new CallSlots(1) }, pen, inHand: new Set<string>(), memory }
  const left = wanted - taken
  // Where others stand between those that are wanted, as many as can be are read at once.
  const isAlone = !movesGroups(run) && !isNarrowed(run.selection) && memory.left.size === 0
  return flushed(pen, moveMessages(mover, isAlone && left > 0 && left < BATCH ? left : BATCH))
}

/**
 * The first messages without those that were not met again for long. Nobody knows what became of them: where consumers and this redrive
 * wait for the same messages, time alone never says that one is gone. One that is met after all goes as it would have.
 */
async function withoutMissing(run: Redrive, context: RedriveContext, waited: Waited): Promise<readonly LedgerRow[]> {
  const rows = await context.commit((tx) => listCanaries(tx, run.id))
  const there: LedgerRow[] = []
  for (const row of rows) {
    if (isMissing(row, context, waited)) await context.commit((tx) => dropCanary(tx, run.id, row.messageId))
    else there.push(row)
  }
  return there
}

/** Whatever came of it, what was done is written down. */
async function flushed<T>(pen: LedgerPen, work: Promise<T>): Promise<T> {
  try {
    return await work
  } finally {
    await pen.flush()
  }
}

async function noteBacklog(run: Redrive, context: RedriveContext): Promise<void> {
  const backlog = total(await countQueue(context, run.destinationUrl))
  if (Number.isFinite(backlog)) await context.commit((tx) => updateRedrive(tx, run.id, { backlog }, context.nowMs()))
}

/** Sent for certain is enough: when its delete stays unconfirmed it has gone, or it comes again and is deleted then. */
function isSurelyMoved({ state, sentMs }: LedgerRow, { nowMs }: RedriveContext, hiddenMs: number): boolean {
  if (state === 'deleted') return true
  return state === 'sent' && sentMs !== null && nowMs() - sentMs > hiddenMs
}

/** `hiddenMs` is the longest that a message which somebody holds stays out of sight. */
interface Waited {
  readonly memory: StepMemory
  readonly hiddenMs: number
}

/** While no process looked for it, it could not be met: a time without any says nothing of a message. */
function isMissing(canary: LedgerRow, { nowMs }: RedriveContext, { memory, hiddenMs }: Waited): boolean {
  if (canary.state !== 'read' && canary.state !== 'sending') return false
  const missedMs = HOLDS_MISSED * hiddenMs
  if (performance.now() - memory.since < missedMs) return false
  return nowMs() - (canary.sendingMs ?? canary.readMs) > missedMs
}

async function firstMoved(run: Redrive, context: RedriveContext, memory: StepMemory): Promise<Stepped> {
  await giveBackLeft(run, context, memory.left)
  // Nothing is received until their fate is known: that time says nothing of what the source holds.
  noteIdle(memory, false)
  await context.commit((tx) => moveRedrive(tx, run.id, 'canary-moved', { trouble: null }, context.nowMs()))
  return { isOver: false, waitMs: AGAIN_MS, topics: topicsOf(run) }
}

interface Nothing {
  readonly memory: StepMemory
  readonly drained: Drained
}

async function nothingToMove(run: Redrive, context: RedriveContext, { memory, drained }: Nothing): Promise<Stepped> {
  const { left } = memory
  const nowMs = context.nowMs()
  await context.commit(async (tx) => {
    const missed = await missedOf(tx, run, left)
    const reason = nothingWords(run, missed, drained)
    const change = { reason, endedMs: nowMs, endedBy: SPILLWAY, ...(missed === null ? {} : { missed }) }
    await moveRedrive(tx, run.id, 'nothing-to-move', change, nowMs)
    await tellIncident(tx, run, { moment: 'ended', actor: SPILLWAY, text: reason }, nowMs)
  })
  await giveBackLeft(run, context, left)
  return { isOver: true, waitMs: 0, topics: topicsOf(run) }
}

const NOTHING_WORDS: Readonly<Record<Drained, string>> = {
  empty: 'The queue was read to its end and held nothing that this redrive would move.',
  quiet:
    'Nothing came that this redrive would move, for longer than messages of the queue are usually hidden. SQS still counts some: they are no part of it, or somebody else receives them each time.',
}

function nothingWords({ selection }: Redrive, missed: MissedMessages | null, drained: Drained): string {
  if (selection.messageIds === null) return `${NOTHING_WORDS[drained]} ${missedWords(missed, null) ?? ''}`.trimEnd()
  return missedWords(missed, selection.messageIds.length) ?? 'It had nothing to move.'
}

/** Looks for evidence of what became of the first messages. Without any it goes on waiting, however long it takes. */
export async function awaitFirst(run: Redrive, context: RedriveContext): Promise<Stepped> {
  const [first] = await context.commit((tx) => listCanaries(tx, run.id))
  const scan = await lookForReturned(run, context, first)
  const left = total(await countQueue(context, run.destinationUrl))
  const isNowhere = left === 0 && (run.mode === 'in-place' || scan.isWhole)
  const judged = await context.commit(async (tx) => {
    const canaries = await listCanaries(tx, run.id)
    if (canaries.length === 0) return null
    const what = canaries.length === 1 ? 'the first message' : `the first ${canaries.length} messages`
    const nowMs = context.nowMs()
    const { fate, evidence } = await judgeFirst(tx, run, canaries, { isNowhere, nowMs })
    const change = { canaryFate: fate, canaryEvidence: evidence, trouble: null }
    if (fate === 'consumed') {
      await moveRedrive(tx, run.id, 'canary-consumed', change, nowMs)
      const was = canaries.length === 1 ? 'was' : 'were'
      const text = `${what} ${was} processed, the rest follows. ${evidence}`
      await tellIncident(tx, run, { moment: 'consumed', actor: SPILLWAY, text }, nowMs)
    } else if (fate === 'came-back') {
      const reason =
        canaries.length === 1
          ? 'The first message came back: the consumer still cannot process it.'
          : `Of ${what}, one came back: the consumer still cannot process it.`
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
