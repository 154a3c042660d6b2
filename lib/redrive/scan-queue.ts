import 'server-only'
import { countQueue, receive, setVisibility, type QueueCounts } from './queue-calls.ts'
import type { HeldMessage } from './held-message.ts'
import type { QueueAccess } from './redrive-context.ts'

export interface Scan {
  /** Each message once. */
  readonly messages: readonly HeldMessage[]
  /** What SQS said that the queue held when the scan began. */
  readonly counts: QueueCounts
  /** Everything that SQS said was visible was read. */
  readonly isWhole: boolean
}

/** Receives in a row that bring nothing new before a queue counts as read. */
const EMPTY_RECEIVES = 2

/**
 * Reads up to `most` messages without taking them out: each is hidden while the scan lasts, and given back at its end. When the process
 * dies in between they come back by themselves after `holdSeconds`. Never deletes.
 */
export async function scanQueue(
  access: QueueAccess,
  queueUrl: string,
  options: { readonly most: number; readonly holdSeconds: number },
): Promise<Scan> {
  const counts = await countQueue(access, queueUrl)
  const seen = new Map<string, HeldMessage>()
  const startedMs = performance.now()
  try {
    let empty = 0
    while (seen.size < options.most && empty < EMPTY_RECEIVES) {
      // What was hidden first must not come back while the scan goes on: it would be read twice and count as a receive more.
      if (performance.now() - startedMs > options.holdSeconds * 700) break
      const { holdSeconds } = options
      const batch = await receive(access, queueUrl, { most: options.most - seen.size, holdSeconds, waitSeconds: 1 })
      const fresh = batch.filter(({ messageId }) => !seen.has(messageId))
      empty = fresh.length === 0 ? empty + 1 : 0
      for (const message of batch) seen.set(message.messageId, message)
    }
  } finally {
    await giveBack(access, queueUrl, [...seen.values()])
  }
  return { messages: [...seen.values()], counts, isWhole: seen.size >= counts.visible }
}

/** Gives messages back at once. What cannot be given back comes back by itself. */
export async function giveBack(access: QueueAccess, queueUrl: string, messages: readonly HeldMessage[]): Promise<void> {
  for (let start = 0; start < messages.length; start += 10)
    await setVisibility(access, queueUrl, messages.slice(start, start + 10), 0).catch(() => {})
}
