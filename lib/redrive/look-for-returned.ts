import 'server-only'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import { knownMessages } from '#lib/store/redrive-ledger.ts'
import { markMetAgain } from '#lib/store/redrive-met-again.ts'
import { listQueues } from '#lib/store/queues.ts'
import type { LedgerRow, Redrive } from '#lib/store/redrive-row.ts'
import { assertWorked } from './assert-worked.ts'
import { consumerHoldSeconds } from './look-into-queue.ts'
import { metAgain } from './met-again.ts'
import type { RedriveContext } from './redrive-context.ts'
import { scanQueue, type Scan } from './scan-queue.ts'
import { sortReceived } from './sort-received.ts'

const MOST_MESSAGES = 200
const HOLD_SECONDS = 30

/**
 * Reads the source without moving anything and writes down which of the messages that were re-sent are met there. For the first message
 * in place it waits until that comes back from the consumer; later that would only keep messages from a consumer that works.
 */
export async function lookForReturned(run: Redrive, context: RedriveContext, first?: LedgerRow): Promise<Scan> {
  const holdSeconds = Math.min(HOLD_SECONDS, run.holdSeconds)
  const patience =
    first === undefined || run.mode !== 'in-place'
      ? {}
      : { consumerHoldSeconds: await consumerHold(run, context), untilId: first.newMessageId }
  const scan = await scanQueue(context, run.sourceUrl, { most: MOST_MESSAGES, holdSeconds, ...patience })
  if (scan.messages.length === 0) return scan
  await context.commit(async (tx) => {
    await assertWorked(tx, run.id)
    const nowMs = context.nowMs()
    await addOwnTraffic(tx, run.sourceQueue, { received: sum(scan.receives.values()) }, nowMs)
    const ids = scan.messages.map(({ messageId }) => messageId)
    const { resent } = await knownMessages(tx, run, ids)
    const none = { own: new Map(), earlier: new Map(), resent }
    const { met } = sortReceived(run, scan.messages, none, { room: 0, nowMs, receives: scan.receives })
    await markMetAgain(
      tx,
      run.id,
      met.map((each) => metAgain(each, scan.receives.get(each.message.messageId) ?? 1)),
      nowMs,
    )
  })
  return scan
}

async function consumerHold(run: Redrive, context: RedriveContext): Promise<number> {
  const queue = (await context.commit((tx) => listQueues(tx))).find(({ name }) => name === run.sourceQueue)
  return queue === undefined ? 0 : consumerHoldSeconds(queue)
}

function sum(counts: Iterable<number>): number {
  let all = 0
  for (const count of counts) all += count
  return all
}
