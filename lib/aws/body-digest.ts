import { hash } from 'node:crypto'
import type { Message } from '@aws-sdk/client-sqs'

/** MD5OfMessageBody as SQS computes it, in hex. */
export function md5OfBody(body: string): string {
  return hash('md5', body)
}

/** SQS gave bodies that are not those whose digests it gave with them. */
export class BrokenBodiesError extends Error {
  override readonly name = 'BrokenBodiesError'
}

/**
 * Throws `BrokenBodiesError` when a received body is not the one whose digest SQS gives with it. In place of the SDK's own check, which costs three times as
 * much and is switched off in clients.ts: whoever receives messages calls it.
 */
export function assertBodiesIntact(messages: readonly Message[]): void {
  const broken = messages.filter(({ Body = '', MD5OfBody }) => MD5OfBody !== md5OfBody(Body))
  if (broken.length > 0)
    throw new BrokenBodiesError(
      `the bodies of ${broken.map(({ MessageId }) => MessageId ?? 'a message without an id').join(', ')} are not those whose MD5 SQS gave`,
    )
}
