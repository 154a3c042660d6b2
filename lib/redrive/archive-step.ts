import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { EVERYTHING } from '#lib/domain/redrive-selection.ts'
import {
  insertArchiveRead,
  isSure,
  knownArchived,
  markArchived,
  markArchiveDeleted,
  settleArchive,
  type ArchivedRow,
} from '#lib/store/archived-messages.ts'
import { getArchive, moveArchive, type Archive } from '#lib/store/archives.ts'
import type { Tx } from '#lib/store/db.ts'
import { listHeldGroups } from '#lib/store/message-groups.ts'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import type { ArchiveRecords } from './archive-records.ts'
import type { HeldMessage } from './held-message.ts'
import { isHeldBack, isSelected } from './is-selected.ts'
import { md5OfAttributes, md5OfBody } from './message-digest.ts'
import { deleteBatch, receive } from './queue-calls.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import { noteIdle, type StepMemory } from './step-memory.ts'
import { tellArchive, topicsOfArchive } from './tell-archive.ts'

/** Receives at the same time: what they bring shares one flush of the file and the commits around it. */
const LANES = 4
const BATCH = 10
/** Rounds in a row that brought nothing ... */
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
  const holdSeconds = context.settings.redrive.holdSeconds
  const received = await receiveMany(run, context, holdSeconds)
  const sorted = await context.commit((tx) => writeDown(tx, { run, context }, received))
  const written = sorted.toWrite.length === 0 ? [] : await records.append(sorted.toWrite)
  const toDelete = [...sorted.toWrite, ...sorted.sure.map(({ message }) => message)]
  await context.commit(async (tx) => {
    await assertArchiving(tx, id)
    await markArchived(tx, id, written, context.nowMs())
    await addOwnTraffic(tx, run.queue, { deleted: toDelete.length }, context.nowMs())
  })
  await deleteArchived(run, context, { messages: toDelete, sure: sorted.sure })
  noteIdle(memory, toDelete.length === 0)
  if (isReadToItsEnd(memory, holdSeconds)) return allKept(run, context)
  return { isOver: false, waitMs: 0, topics: toDelete.length === 0 ? [] : topicsOfArchive(run) }
}

async function receiveMany(run: Archive, context: RedriveContext, holdSeconds: number): Promise<HeldMessage[]> {
  const options = { most: BATCH, holdSeconds, waitSeconds: 1 }
  const batches = await Promise.all(Array.from({ length: LANES }, () => receive(context, run.queueUrl, options)))
  return [...new Map(batches.flat().map((message) => [message.messageId, message])).values()]
}

interface Sorted {
  readonly toWrite: readonly HeldMessage[]
  /** Surely in a file already, of this archive or an earlier one: only to be deleted. */
  readonly sure: readonly { readonly message: HeldMessage; readonly row: ArchivedRow }[]
}

async function writeDown(
  tx: Tx,
  { run, context }: { readonly run: Archive; readonly context: RedriveContext },
  messages: readonly HeldMessage[],
): Promise<Sorted> {
  await assertArchiving(tx, run.id)
  if (messages.length === 0) return { toWrite: [], sure: [] }
  const known = await knownArchived(
    tx,
    run,
    messages.map(({ messageId }) => messageId),
  )
  const heldGroups = await listHeldGroups(tx, run.queue)
  const sorted: { toWrite: HeldMessage[]; sure: { message: HeldMessage; row: ArchivedRow }[] } = {
    toWrite: [],
    sure: [],
  }
  for (const message of messages) {
    const row = known.rows.get(message.messageId)
    if (row !== undefined && isSure(row)) sorted.sure.push({ message, row })
    else if (isOfArchive(run, message, heldGroups) && !known.ofRedrives.has(message.messageId))
      sorted.toWrite.push(message)
  }
  await addOwnTraffic(tx, run.queue, { received: messages.length }, context.nowMs())
  await insertArchiveRead(
    tx,
    run,
    sorted.toWrite.map((message) => ({
      messageId: message.messageId,
      bodyMd5: md5OfBody(message.body),
      attributesMd5: md5OfAttributes(message.attributes),
      sentToQueueMs: message.sentMs,
    })),
    context.nowMs(),
  )
  return sorted
}

/** What was sent after the start stays, and of an archive of everything what somebody holds. */
function isOfArchive(run: Archive, message: HeldMessage, heldGroups: ReadonlySet<string>): boolean {
  if (message.sentMs !== null && message.sentMs >= run.startedMs) return false
  const selection = { ...EVERYTHING, shape: run.groupFingerprint }
  return isSelected(message, selection) && !isHeldBack(message, selection, heldGroups)
}

async function deleteArchived(
  run: Archive,
  context: RedriveContext,
  { messages, sure }: { readonly messages: readonly HeldMessage[]; readonly sure: Sorted['sure'] },
): Promise<void> {
  const archiveOf = new Map(sure.map(({ message, row }) => [message.messageId, row.archive]))
  const batches = Array.from({ length: Math.ceil(messages.length / BATCH) }, (_, at) =>
    messages.slice(at * BATCH, (at + 1) * BATCH),
  )
  const gone = (await Promise.all(batches.map((batch) => deleteBatch(context, run.queueUrl, batch)))).flat()
  if (gone.length === 0) return
  const rows = gone.map(({ messageId }) => ({ archive: archiveOf.get(messageId) ?? run.id, messageId }))
  await context.commit((tx) => markArchiveDeleted(tx, rows, context.nowMs()))
}

function isReadToItsEnd({ idleReceives, idleSince }: StepMemory, holdSeconds: number): boolean {
  if (idleReceives < IDLE_ROUNDS || idleSince === null) return false
  return performance.now() - idleSince > (holdSeconds + MARGIN_SECONDS) * 1000
}

async function allKept(run: Archive, context: RedriveContext): Promise<Stepped> {
  const nowMs = context.nowMs()
  await context.commit(async (tx) => {
    await settleArchive(tx, run, nowMs)
    const kept = await moveArchive(tx, run.id, 'all-kept', { trouble: null, endedMs: nowMs }, nowMs)
    await tellArchive(tx, kept, { moment: 'kept' }, nowMs)
  })
  return { isOver: true, waitMs: 0, topics: topicsOfArchive(run) }
}

/** A person may have ended it since the round began. */
async function assertArchiving(tx: Tx, id: number): Promise<void> {
  if ((await getArchive(tx, id)).state !== 'archiving')
    throw new AppError('conflict', 'The archive was stopped while it took messages.')
}
