import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { World } from '#world/world.ts'

const FIRST_NUMBER = 800_001

/** New profiles of which the rest of the system never hears: the tap queue alone knows these people, so one that is lost is missed in the count. */
export async function publishSilentProfiles(world: World, sqs: SQSClient, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const traineeTisId = String(FIRST_NUMBER + index)
    const createdAtMs = Date.now()
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: world.queues.profilesTap,
        MessageBody: JSON.stringify({ traineeTisId, createdAt: new Date(createdAtMs).toISOString() }),
      }),
    )
    world.record.addProfile({ traineeTisId, createdAtMs, hasAddressInSource: true, isTestUser: false })
  }
}
