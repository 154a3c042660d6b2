import { SQSClient } from '@aws-sdk/client-sqs'
import { REGION } from '#world/services/connect-sqs.ts'
import type { World } from '#world/world.ts'

/** Does something to a queue past Spillway, as somebody with a tool of their own would. Throws what SQS answers. */
export async function asSomebody(
  world: World,
  queue: string,
  work: (sqs: SQSClient, QueueUrl: string) => Promise<unknown>,
): Promise<void> {
  const credentials = { accessKeyId: 'somebody', secretAccessKey: 'sandbox' }
  const sqs = new SQSClient({ endpoint: world.endpoints.sqs, region: REGION, credentials })
  try {
    await work(sqs, world.sqs.store.urlOf(world.sqs.store.getQueue(queue)))
  } finally {
    sqs.destroy()
  }
}
