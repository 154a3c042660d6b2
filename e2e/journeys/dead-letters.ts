import { dlqNameOf, QUEUE_NAMES } from '#world/queues.ts'
import type { World } from '#world/world.ts'

/** Messages that SQS itself holds in the dead-letter queue of profile-created, hidden or not. */
export function countDeadLetters(world: World): number {
  const { visible, notVisible } = world.sqs.store.measure(dlqNameOf(QUEUE_NAMES.profileCreated))
  return visible + notVisible
}
