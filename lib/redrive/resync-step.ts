import 'server-only'
import { createHash } from 'node:crypto'
import { SPILLWAY } from '#lib/domain/incident.ts'
import { counted } from '#lib/domain/count-words.ts'
import { renderResyncBody, renderResyncGroup, renderResyncUrl, resyncName } from '#lib/domain/resync.ts'
import type { Tx } from '#lib/store/db.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import { proveResync } from '#lib/store/read-resync.ts'
import {
  getResync,
  listToSend,
  markItemsNotSent,
  markItemsSending,
  markItemsSent,
  updateResync,
  type Resync,
} from '#lib/store/resyncs.ts'
import { AddressCallError, callAddress } from './ask-http.ts'
import { QueueCallError } from './ask-sqs.ts'
import { sendBatch, type Outgoing, type SendAnswer } from './queue-calls.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import type { StepMemory } from './step-memory.ts'

const FIRST_WAIT_MS = 500
const MOST_WAIT_MS = 15_000

/** Asks for the next people of a re-sync; ends it when all are asked for. A failure of SQS becomes its trouble and is tried again. */
export async function stepResync(id: number, context: RedriveContext, memory: StepMemory): Promise<Stepped> {
  const run = await context.commit((tx) => getResync(tx, id))
  if (run.state !== 'running') return { isOver: true, waitMs: 0, topics: [] }
  try {
    const stepped = await askForNext(run, context)
    memory.failures = 0
    if (run.trouble !== null) await context.commit((tx) => updateResync(tx, id, { trouble: null }, context.nowMs()))
    return stepped
  } catch (error) {
    if (!(error instanceof QueueCallError || error instanceof AddressCallError)) throw error
    memory.failures += 1
    await context.commit((tx) => updateResync(tx, id, { trouble: error.message }, context.nowMs()))
    const waitMs = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(memory.failures - 1, 10))
    return { isOver: false, waitMs, topics: resyncTopics(run) }
  }
}

async function askForNext(run: Resync, context: RedriveContext): Promise<Stepped> {
  const startedMs = performance.now()
  // A call asks for one person, a batch of messages for ten.
  const most = run.via === 'http' ? 1 : Math.min(10, Math.max(1, Math.ceil(run.perSecond)))
  const refs = await context.commit(async (tx) => {
    const items = (await listToSend(tx, run.id, most)).map(({ ref }) => ref)
    if (items.length > 0) await noteSending(tx, run, items, context.nowMs())
    return items
  })
  if (refs.length === 0) return end(run, context)
  const answer = await (run.via === 'http' ? callFor(run, context, refs) : sendOnce(run, context, refs))
  await context.commit(async (tx) => {
    const sent = answer.sent.map(({ id, newMessageId }) => ({ ref: id, messageId: newMessageId }))
    await markItemsSent(tx, run.id, sent, context.nowMs())
    const again = answer.failed.filter(({ isFinal }) => !isFinal).map(({ id }) => id)
    await markItemsNotSent(tx, run.id, again)
    for (const { id, message } of answer.failed.filter(({ isFinal }) => isFinal))
      await markItemsNotSent(
        tx,
        run.id,
        [id],
        run.via === 'http' ? message : `SQS refused it: ${message.slice(0, 200)}`,
      )
  })
  const waitMs = Math.max(0, (refs.length / run.perSecond) * 1000 - (performance.now() - startedMs))
  return { isOver: false, waitMs, topics: resyncTopics(run) }
}

async function noteSending(tx: Tx, run: Resync, refs: readonly string[], nowMs: number): Promise<void> {
  await markItemsSending(tx, run, refs, nowMs)
  if (run.via === 'sqs') await addOwnTraffic(tx, run.queue, { sent: refs.length }, nowMs)
}

type Answer = Pick<SendAnswer, 'failed'> & {
  readonly sent: readonly { readonly id: string; readonly newMessageId: string }[]
}

/** One call a person. A call with an unknown end is repeated, as a possible duplicate. */
async function callFor(run: Resync, context: RedriveContext, refs: readonly string[]): Promise<Answer> {
  const answer: { sent: Answer['sent'][number][]; failed: Answer['failed'][number][] } = { sent: [], failed: [] }
  for (const ref of refs) {
    try {
      const url = renderResyncUrl(run.queueUrl, ref)
      const { status, problem } =
        url === null
          ? { status: 0, problem: 'no address can hold this reference' }
          : await callAddress(context, url, run.bodyTemplate)
      if (problem === null) answer.sent.push({ id: ref, newMessageId: `HTTP ${status}` })
      else answer.failed.push({ id: ref, isFinal: true, message: problem })
    } catch (error) {
      if (error instanceof AddressCallError && error.isSurelyNotDone)
        await context.commit((tx) => markItemsNotSent(tx, run.id, [ref]))
      throw error
    }
  }
  return answer
}

async function sendOnce(run: Resync, context: RedriveContext, refs: readonly string[]): Promise<SendAnswer> {
  try {
    return await sendBatch(
      context,
      run.queueUrl,
      refs.map((ref) => outgoingOf(run, ref)),
    )
  } catch (error) {
    if (error instanceof QueueCallError && error.isSurelyNotDone)
      await context.commit((tx) => markItemsNotSent(tx, run.id, refs))
    throw error
  }
}

function outgoingOf(run: Resync, ref: string): Outgoing {
  const message = { id: ref, body: renderResyncBody(run.bodyTemplate, ref), attributes: {}, traceHeader: null }
  if (!run.isFifo || run.groupTemplate === null) return message
  return {
    ...message,
    groupId: renderResyncGroup(run.groupTemplate, ref),
    // The same for every repeat, so that SQS itself drops one that follows within five minutes.
    deduplicationId: createHash('sha256').update(`${run.id} ${ref}`).digest('hex'),
  }
}

async function end(run: Resync, context: RedriveContext): Promise<Stepped> {
  const nowMs = context.nowMs()
  await context.commit(async (tx) => {
    await updateResync(tx, run.id, { endedMs: nowMs, trouble: null }, nowMs)
    const { asked, people } = await proveResync(tx, run.id)
    if (run.incident === null) return
    await addEntry(tx, {
      incident: run.incident,
      atMs: nowMs,
      kind: 'resync',
      actor: SPILLWAY,
      text: `${resyncName(run.id)}: the data of ${counted(asked, 'person', 'people')} asked for again.`,
      data: { resync: run.id, asked, people },
      onceKey: `resync-${run.id}-ended`,
    })
  })
  return { isOver: true, waitMs: 0, topics: resyncTopics(run) }
}

/** Live topics that a re-sync makes stale. */
export function resyncTopics({ incident }: Pick<Resync, 'incident'>): string[] {
  return incident === null ? ['resyncs'] : ['resyncs', 'incidents', `incident:${incident}`]
}
