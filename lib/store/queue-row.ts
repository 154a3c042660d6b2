import type { Queue } from '#lib/domain/queue.ts'
import { momentOf, msOf } from './moments.ts'
import type { queue } from './schema.ts'

type Row = typeof queue.$inferSelect
/** What the table holds of a queue besides when Spillway saw it. */
type Facts = Omit<Row, 'firstSeen' | 'lastSeen' | 'gone' | 'expiredBefore'>

/** A queue as its row. */
export function rowOfQueue({ createdAtMs, tagsAskedMs, beat, ...queue }: Queue): Facts {
  return {
    ...queue,
    created: momentOf(createdAtMs),
    tagsAsked: momentOf(tagsAskedMs),
    beatSeconds: beat?.everySeconds ?? null,
    asked: momentOf(beat?.askedMs ?? null),
    quietSince: momentOf(beat?.quietSinceMs ?? null),
  }
}

/** A queue from its row. */
export function queueOfRow({ created, tagsAsked, beatSeconds, asked, quietSince, ...row }: Facts): Queue {
  return {
    name: row.name,
    url: row.url,
    arn: row.arn,
    isFifo: row.isFifo,
    dlqArn: row.dlqArn,
    maxReceiveCount: row.maxReceiveCount,
    redriveAllow: row.redriveAllow,
    retentionSeconds: row.retentionSeconds,
    visibilityTimeoutSeconds: row.visibilityTimeoutSeconds,
    delaySeconds: row.delaySeconds,
    maximumMessageBytes: row.maximumMessageBytes,
    kmsKeyId: row.kmsKeyId,
    isSqsEncrypted: row.isSqsEncrypted,
    createdAtMs: msOf(created),
    tags: row.tags,
    tagsAskedMs: msOf(tagsAsked),
    beat:
      beatSeconds === null || asked === null
        ? null
        : { everySeconds: beatSeconds, askedMs: msOf(asked), quietSinceMs: msOf(quietSince) },
  }
}
