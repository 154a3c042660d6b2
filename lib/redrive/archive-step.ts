import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { EVERYTHING } from '#lib/domain/redrive-selection.ts'
import {
  dropOnlyRead,
  insertArchiveRead,
  isSure,
  knownArchived,
  markArchived,
  markArchiveDeleted,
  settleArchived,
  type ArchivedRow,
  type KnownArchived,
} from '#lib/store/archived-messages.ts'
import { getArchive, moveArchive, type Archive } from '#lib/store/archives.ts'
import type { Tx } from '#lib/store/db.ts'
import { listHeldGroups } from '#lib/store/message-groups.ts'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import type { ArchiveRecords } from './archive-records.ts'
import { deleteHeld, type HeldIn, type HiddenSince } from './delete-sent.ts'
import type { HeldMessage } from './held-message.ts'
import { holdsOnlyHidden } from './holds-only-hidden.ts'
import { isHeldBack, isSelected } from './is-selected.ts'
import { giveBackLeft, noteLeft, type LeftIn, type LeftMessage } from './left-messages.ts'
import { md5OfAttributes } from './message-digest.ts'
import { receive } from './queue-calls.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import { noteIdle, type StepMemory } from './step-memory.ts'
import { tellArchive, topicsOfArchive } from './tell-archive.ts'

/** Receives at the same time: what they bring shares one flush of the file and the commits around it. */
const LANES = 4
const BATCH = 10
/** Rounds in a row that brought nothing to take, and nothing that was not met before ... */
const IDLE_ROUNDS = 3
/** ... over this much more than the hold, before the queue counts as read to its end. */
const MARGIN_SECONDS = 5

/**
 * One round of taking messages out of a queue into the archive: `read` is committed, the records are written for good, `archived` is
 * committed, and only then the messages are deleted. Killed anywhere in between, what was not surely archived is still in the queue.
 */
export async function stepArchiving(
  id: number,
  context: RedriveContext,
  ...[memory, records]: readonly [memory: StepMemory, records: ArchiveRecords]
): Promise<Stepped> {
  const run = await context.commit((tx) => getArchive(tx, id))
  if (run.state !== 'archiving') return { isOver: true, waitMs: 0, topics: [] }
  const place = placeOf(run, context)
  // All are hidden for the hold at least from here on.
  const hold = { fromMs: performance.now() }
  const received = await receiveMany(place, context)
  const sorted = await context.commit((tx) => writeDown(tx, { run, context }, received))
  const written = sorted.toWrite.length === 0 ? [] : await records.append(sorted.toWrite)
  const toDelete = [...sorted.toWrite, ...sorted.sure.map(({ message }) => message)]
  await context.commit(async (tx) => {
    await assertArchiving(tx, id)
    await markArchived(tx, id, written, context.nowMs())
    await addOwnTraffic(tx, run.queue, { deleted: toDelete.length }, context.nowMs())
  })
  await deleteArchived({ run, place, context }, { messages: toDelete, sure: sorted.sure, hold })
  const taken = toDelete.map(({ messageId }) => messageId)
  const saysNothing = await noteLeft(place, context, memory.left, { taken, left: sorted.left })
  noteIdle(memory, saysNothing && toDelete.length === 0)
  if (isReadToItsEnd(memory, place.holdSeconds)) return allKept(run, context, memory)
  return { isOver: false, waitMs: 0, topics: toDelete.length === 0 ? [] : topicsOfArchive(run) }
}

/** The queue, as what leaves messages in one or deletes them there is told of it. */
function placeOf({ queue, queueUrl }: Archive, { settings }: RedriveContext): LeftIn & HeldIn {
  return {
    mode: 'dlq-to-source',
    sourceQueue: queue,
    sourceUrl: queueUrl,
    holdSeconds: settings.redrive.holdSeconds,
  }
}

async function receiveMany({ sourceUrl, holdSeconds }: HeldIn, context: RedriveContext): Promise<HeldMessage[]> {
  const options = { most: BATCH, holdSeconds, waitSeconds: 1 }
  const batches = await Promise.all(Array.from({ length: LANES }, () => receive(context, sourceUrl, options)))
  return [...new Map(batches.flat().map((message) => [message.messageId, message])).values()]
}

interface Sorted {
  readonly toWrite: readonly HeldMessage[]
  /** Surely in a file already, of this archive or an earlier one: only to be deleted. */
  readonly sure: readonly { readonly message: HeldMessage; readonly row: ArchivedRow }[]
  /** Not of this archive. */
  readonly left: readonly LeftMessage[]
}

async function writeDown(
  tx: Tx,
  { run, context }: { readonly run: Archive; readonly context: RedriveContext },
  messages: readonly HeldMessage[],
): Promise<Sorted> {
  await assertArchiving(tx, run.id)
  if (messages.length === 0) return { toWrite: [], sure: [], left: [] }
  const known = await knownArchived(
    tx,
    run,
    messages.map(({ messageId }) => messageId),
  )
  const heldGroups = await listHeldGroups(tx, run.queue)
  const sorted = sortForArchive(run, messages, { known, heldGroups })
  await addOwnTraffic(tx, run.queue, { received: messages.length }, context.nowMs())
  await insertArchiveRead(
    tx,
    run,
    sorted.toWrite.map((message) => ({
      messageId: message.messageId,
      bodyMd5: message.bodyMd5,
      attributesMd5: md5OfAttributes(message.attributes),
      sentToQueueMs: message.sentMs,
    })),
    context.nowMs(),
  )
  return sorted
}

function sortForArchive(
  run: Archive,
  messages: readonly HeldMessage[],
  { known, heldGroups }: { readonly known: KnownArchived; readonly heldGroups: ReadonlySet<string> },
): Sorted {
  const sorted: { toWrite: HeldMessage[]; sure: { message: HeldMessage; row: ArchivedRow }[]; left: LeftMessage[] } = {
    toWrite: [],
    sure: [],
    left: [],
  }
  for (const message of messages) {
    const row = known.rows.get(message.messageId)
    // Deleted here, what a redrive has sent would count as ours to restore.
    const isOfRedrive = known.ofRedrives.has(message.messageId)
    if (!isOfRedrive && row !== undefined && isSure(row)) sorted.sure.push({ message, row })
    else if (!isOfRedrive && isOfArchive(run, message, heldGroups)) sorted.toWrite.push(message)
    else sorted.left.push({ message, isHeld: false, isNewer: isNewer(run, message) })
  }
  return sorted
}

function isNewer({ startedMs }: Archive, { sentMs }: HeldMessage): boolean {
  return sentMs !== null && sentMs >= startedMs
}

/** What was sent after the start stays, and of an archive of everything what somebody holds. */
function isOfArchive(run: Archive, message: HeldMessage, heldGroups: ReadonlySet<string>): boolean {
  if (isNewer(run, message)) return false
  const selection = { ...EVERYTHING, shape: run.groupFingerprint }
  return isSelected(message, selection) && !isHeldBack(message, selection, heldGroups)
}

/** Notes only what is deleted for certain; what is not comes again, or is settled at the end. */
async function deleteArchived(
  { run, place, context }: { readonly run: Archive; readonly place: HeldIn; readonly context: RedriveContext },
  {
    messages,
    sure,
    hold,
  }: Pick<Sorted, 'sure'> & { readonly messages: readonly HeldMessage[]; readonly hold: HiddenSince },
): Promise<void> {
  const archiveOf = new Map(sure.map(({ message, row }) => [message.messageId, row.archive]))
  const batches = Array.from({ length: Math.ceil(messages.length / BATCH) }, (_, at) =>
    messages.slice(at * BATCH, (at + 1) * BATCH),
  )
  const gone = (await Promise.all(batches.map((batch) => deleteHeld(place, context, batch, hold)))).flat()
  if (gone.length === 0) return
  const rows = gone.map(({ messageId }) => ({ archive: archiveOf.get(messageId) ?? run.id, messageId }))
  await context.commit((tx) => markArchiveDeleted(tx, rows, context.nowMs()))
}

function isReadToItsEnd({ idleReceives, idleSince }: StepMemory, holdSeconds: number): boolean {
  if (idleReceives < IDLE_ROUNDS || idleSince === null) return false
  return performance.now() - idleSince > (holdSeconds + MARGIN_SECONDS) * 1000
}

/**
 * Nothing that was not met came for longer than the hold. Others may hide messages for up to twelve hours, so what was not met is called gone
 * only where SQS counts none but those that were left; else it stays open for the next archive.
 */
async function allKept(run: Archive, context: RedriveContext, memory: StepMemory): Promise<Stepped> {
  const nowMs = context.nowMs()
  const isAllMet = await holdsOnlyHidden(context, run.queueUrl, memory.left.hidden)
  await context.commit(async (tx) => {
    if (isAllMet) await settleArchived(tx, run.queue, nowMs)
    await dropOnlyRead(tx, run.id)
    const kept = await moveArchive(tx, run.id, 'all-kept', { trouble: null, endedMs: nowMs }, nowMs)
    await tellArchive(tx, kept, { moment: 'kept' }, nowMs)
  })
  await giveBackMet(run, context, memory)
  return { isOver: true, waitMs: 0, topics: topicsOfArchive(run) }
}

/** What an archive met and left is not to stay hidden once it takes no more. */
export async function giveBackMet(run: Archive, context: RedriveContext, { left }: StepMemory): Promise<void> {
  await giveBackLeft(placeOf(run, context), context, left)
}

/** A person may have ended it since the round began. */
async function assertArchiving(tx: Tx, id: number): Promise<void> {
  if ((await getArchive(tx, id)).state !== 'archiving')
    throw new AppError('conflict', 'The archive was stopped while it took messages.')
}
