import 'server-only'
import { countQueue, total } from './queue-calls.ts'
import type { QueueAccess } from './redrive-context.ts'

/** True when SQS counts nothing in the queue but at most so many hidden messages: those that were met there, left and hidden. */
export async function holdsOnlyHidden(access: QueueAccess, queueUrl: string, hidden: number): Promise<boolean> {
  const counts = await countQueue(access, queueUrl)
  return counts.visible === 0 && total(counts) <= hidden
}
