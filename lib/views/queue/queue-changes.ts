import 'server-only'
import type { Cause } from '#lib/domain/cause-words.ts'
import { loadCause } from '#lib/views/cause.ts'
import type { QueueEntry } from '#lib/views/queue-book.ts'
import type { ViewContext } from '#lib/views/read-view.ts'

/** What else changed when the trouble of a queue began. */
export interface QueueChanges {
  /** When it began, epoch ms. */
  readonly sinceMs: number
  /** Of the messages, by what looks and taps kept of their shapes; one sentence. */
  readonly messages: string
  /** Attributes and fields that stuck messages have and healthy ones have not, or the other way round. */
  readonly differences: readonly string[]
  /** Deploys, releases and other dated facts of half an hour before. */
  readonly marks: readonly string[]
}

/** Null while nothing is wrong with the queue or its dead-letter queue. A dead-letter queue tells what changed for its first source. */
export async function loadChanges(
  entry: QueueEntry,
  near: readonly QueueEntry[],
  { tx, settings, nowMs, timeZone }: ViewContext,
): Promise<QueueChanges | null> {
  const bad = near.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'bad')
  if (bad.length === 0) return null
  const sinceMs = Math.min(...bad.map((finding) => finding.sinceMs))
  const queue = entry.deadLetterOf[0] ?? entry.queue.name
  const { cause } = await loadCause({ tx, settings, queue, sinceMs, nowMs, timeZone })
  return {
    sinceMs,
    messages: messagesWords(cause),
    differences: cause.differences.map(({ words }) => words),
    marks: cause.marks,
  }
}

function messagesWords({ kind }: Cause): string {
  switch (kind) {
    case 'no-stuck':
      return 'Not known: nobody has looked into the messages since it began.'
    case 'no-healthy':
      return 'Not known: no healthy message from before was kept to compare with.'
    case 'same':
      return 'Nothing: stuck messages are like the healthy ones from before.'
    case 'differs':
      return 'Stuck messages are unlike the healthy ones from before:'
  }
}
