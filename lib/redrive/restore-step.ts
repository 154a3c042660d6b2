import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import {
  listToRestore,
  markNotRestored,
  markRestored,
  markRestoring,
  markUnrestorable,
  type ArchivedRow,
} from '#lib/store/archived-messages.ts'
import { getArchive, moveArchive, type Archive } from '#lib/store/archives.ts'
import type { Tx } from '#lib/store/db.ts'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import type { ArchiveRecords } from './archive-records.ts'
import { QueueCallError } from './ask-sqs.ts'
import { judgeAnswer, type JudgedAnswer } from './judge-answer.ts'
import { packBatches } from './pack-batches.ts'
import { sendBatch, type Outgoing } from './queue-calls.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import { tellArchive, topicsOfArchive } from './tell-archive.ts'

const BATCH = 10
/** A message whose send failed in an unknown way so often is left for a person. */
const MOST_SEND_ATTEMPTS = 5

interface Restoring {
  readonly row: ArchivedRow
  readonly outgoing: Outgoing
  readonly bodyMd5: string
  readonly attributesMd5: string | null
}

/**
 * Sends the next archived messages to the queue that a person chose, by the same discipline as a redrive: `sending` is committed before the
 * call, `restored` after it. One whose send has an unknown end is sent again, and said to be there perhaps twice. The records stay.
 */
export async function stepRestoring(id: number, context: RedriveContext, records: ArchiveRecords): Promise<Stepped> {
  const startedMs = performance.now()
  const run = await context.commit((tx) => getArchive(tx, id))
  const url = run.restoreUrl
  if (run.state !== 'restoring' || url === null) return { isOver: true, waitMs: 0, topics: [] }
  const perSecond = context.settings.redrive.perSecond
  const most = Math.min(BATCH, Math.max(1, Math.ceil(perSecond)))
  const rows = await context.commit((tx) => listToRestore(tx, id, most))
  if (rows.length === 0) return allRestored(run, context)
  const { restoring, problems } = await readAll(rows, records)
  await context.commit((tx) => markUnrestorable(tx, id, problems))
  for (const batch of packBatches(restoring)) await restoreBatch({ run, url, context }, batch)
  const paceMs = (restoring.length / perSecond) * 1000 - (performance.now() - startedMs)
  return { isOver: false, waitMs: Math.max(0, paceMs), topics: topicsOfArchive(run) }
}

interface Restore {
  readonly run: Archive
  readonly url: string
  readonly context: RedriveContext
}

async function restoreBatch({ run, url, context }: Restore, batch: readonly Restoring[]): Promise<void> {
  const ids = batch.map(({ row }) => row.messageId)
  await context.commit(async (tx) => {
    await assertRestoring(tx, run.id)
    await markRestoring(tx, run.id, ids)
    await addOwnTraffic(tx, run.restoreQueue ?? run.queue, { sent: ids.length }, context.nowMs())
  })
  const judged = await sendOnce({ run, url, context }, batch, ids)
  await context.commit(async (tx) => {
    await markRestored(tx, run.id, judged.sent, context.nowMs())
    await markNotRestored(tx, run.id, judged.again)
    await markUnrestorable(tx, run.id, judged.refused)
  })
}

async function sendOnce(
  { run, url, context }: Restore,
  batch: readonly Restoring[],
  ids: readonly string[],
): Promise<JudgedAnswer> {
  try {
    const answer = await sendBatch(
      context,
      url,
      batch.map(({ outgoing }) => outgoing),
    )
    return judgeAnswer(batch, answer)
  } catch (error) {
    if (error instanceof QueueCallError && error.isSurelyNotDone)
      await context.commit((tx) => markNotRestored(tx, run.id, ids))
    throw error
  }
}

/** Reads the records; one that is not what the ledger says, or was tried too often, is not sent. */
async function readAll(
  rows: readonly ArchivedRow[],
  records: ArchiveRecords,
): Promise<{ restoring: Restoring[]; problems: { messageId: string; problem: string }[] }> {
  const restoring: Restoring[] = []
  const problems: { messageId: string; problem: string }[] = []
  for (const row of rows) {
    const { messageId, place, bodyMd5, attributesMd5 } = row
    if (place === null || row.sendAttempts >= MOST_SEND_ATTEMPTS) {
      problems.push({ messageId, problem: 'Whether SQS took it stayed unknown too often; look for it by hand.' })
      continue
    }
    // A file that is not there, or another secret, is no fault of the message: it is told as the archive's trouble.
    const { body, attributes, traceHeader, groupId } = await records.read({ ...place, messageId })
    // Messages of standard queues may bear a group too: SQS gives each its fair turn by it.
    const outgoing = { id: messageId, body, attributes, traceHeader, ...(groupId === null ? {} : { groupId }) }
    restoring.push({ row, outgoing, bodyMd5, attributesMd5 })
  }
  return { restoring, problems }
}

async function allRestored(run: Archive, context: RedriveContext): Promise<Stepped> {
  const nowMs = context.nowMs()
  await context.commit(async (tx) => {
    const restored = await moveArchive(tx, run.id, 'all-restored', { trouble: null, endedMs: nowMs }, nowMs)
    await tellArchive(tx, restored, { moment: 'restored' }, nowMs)
  })
  return { isOver: true, waitMs: 0, topics: topicsOfArchive(run) }
}

async function assertRestoring(tx: Tx, id: number): Promise<void> {
  if ((await getArchive(tx, id)).state !== 'restoring')
    throw new AppError('conflict', 'The archive was stopped while it was restored.')
}
