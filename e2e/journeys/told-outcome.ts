import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { World } from '#world/world.ts'

/** An outcome of an onboarding e-mail as the notifications service broadcasts it, of now. */
export function outcomeBody(
  id: number,
  given: { readonly status: string; readonly statusDetail?: string; readonly ref?: string },
): string {
  const { ref = String(880_000 + id), ...told } = given
  return JSON.stringify({
    id: id.toString(16).padStart(24, '6'),
    tisReference: { type: 'PROGRAMME_MEMBERSHIP', id: `pm-${id}` },
    type: 'PROGRAMME_CREATED',
    recipient: { id: ref, type: 'EMAIL', contact: `trainee${id}@example.com` },
    template: { name: 'programme-created', version: 'v1.0.0', variables: { localOfficeName: 'Thames Valley' } },
    sentAt: new Date().toISOString(),
    ...told,
  })
}

/** Sends one message to the queue of outcomes; returns when that began, by the clock of this machine. */
export async function tellOutcome(client: SQSClient, world: World, id: number, body: string): Promise<number> {
  const atMs = Date.now()
  await client.send(
    new SendMessageCommand({
      QueueUrl: world.queues.outcomes,
      MessageBody: body,
      MessageGroupId: `told-${id}`,
      MessageDeduplicationId: `told-${id}-${atMs}`,
    }),
  )
  return atMs
}
