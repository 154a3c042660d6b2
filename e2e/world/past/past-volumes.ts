import { hashUnit } from '#world/random.ts'
import { QUEUE_NAMES, sideQueueNames } from '#world/queues.ts'

/** New profiles a weekday in healthy times. */
export const PROFILES_PER_DAY = 40
/** Every fourth side queue has been silent for so long that CloudWatch no longer lists it. */
const SILENT_EVERY = 4

/** Messages a weekday of the past by queue name; a queue that is missing had none. */
export function pastVolumes(seed: number, sideQueues: number): Map<string, number> {
  const volumes = new Map<string, number>([
    [QUEUE_NAMES.profileCreated, PROFILES_PER_DAY],
    [QUEUE_NAMES.profilesTap, PROFILES_PER_DAY],
    [QUEUE_NAMES.syncRequest, PROFILES_PER_DAY],
    [QUEUE_NAMES.contactDetailsUpdate, 45],
    [QUEUE_NAMES.contactDetailsUpdated, 45],
    [QUEUE_NAMES.membershipUpdated, 90],
    [QUEUE_NAMES.emailEvents, 90],
    [QUEUE_NAMES.outcomes, 190],
  ])
  for (const [index, name] of sideQueueNames(sideQueues).entries()) {
    if (index % SILENT_EVERY !== SILENT_EVERY - 1)
      volumes.set(name, 2 + Math.floor(hashUnit(seed, name, 'volume') * 28))
  }
  return volumes
}
