import { singleton } from '#lib/config/singleton.ts'
import type { Reading } from '#lib/domain/reading.ts'
import { SourceError, type PollContext, type PollResult } from './define-source.ts'
import { tapCursor } from './tap-cursor.ts'
import { deleteMessages, receiveMessages, type TapMessage } from './tap-queue.ts'

/** Scope of the gap that says that messages are read and stored, but cannot be deleted and so come again for ever. */
const DELETING = 'deleting of read messages'

/** Why the last deleting failed, by queue; there is nothing here for a queue whose messages are deleted. */
const refusals = () => singleton('sources/tap-refusals', () => new Map<string, SourceError>())

/** One long poll of a queue that only Spillway reads; the messages are deleted once what `tell` makes of them is committed. */
export async function pollTap(
  context: PollContext,
  queueUrl: string,
  tell: (messages: readonly TapMessage[]) => readonly Reading[],
): Promise<PollResult> {
  const { messages, isFull } = await receiveMessages(context, queueUrl)
  const refusal = refusals().get(queueUrl)
  const gaps: readonly Reading[] =
    refusal === undefined
      ? []
      : [{ kind: 'gap', scope: DELETING, reason: refusal.reason, message: refusal.message, atMs: context.nowMs() }]
  if (messages.length === 0) return { readings: gaps, cursor: null }
  return {
    readings: [...tell(messages), ...gaps],
    cursor: tapCursor(
      context.cursor,
      messages.map(({ sentTimestampMs }) => sentTimestampMs),
    ),
    hasMore: isFull,
    afterCommit: () => acknowledge(context, queueUrl, messages),
  }
}

async function acknowledge(context: PollContext, queueUrl: string, messages: readonly TapMessage[]): Promise<void> {
  try {
    await deleteMessages(context, queueUrl, messages)
    refusals().delete(queueUrl)
  } catch (error) {
    if (error instanceof SourceError) refusals().set(queueUrl, error)
    throw error
  }
}
