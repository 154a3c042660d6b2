import { z } from 'zod'
import type { Queue } from '#lib/domain/queue.ts'
import { queueNameOfArn } from '#lib/domain/queue.ts'

/** SQS gives every attribute as text; a count is digits. */
const count = z.string().regex(/^\d+$/, 'is not a whole number').transform(Number)

const policy = z.object({
  deadLetterTargetArn: z.string().min(1).optional(),
  maxReceiveCount: z.coerce.number().int().positive().optional(),
})

const attributesSchema = z.object({
  QueueArn: z.string().startsWith('arn:'),
  ApproximateNumberOfMessages: count,
  ApproximateNumberOfMessagesNotVisible: count,
  ApproximateNumberOfMessagesDelayed: count,
  RedrivePolicy: z
    .string()
    .transform((text, context): unknown => {
      // A policy that was taken away can be told as an empty text.
      if (text === '') return {}
      try {
        return JSON.parse(text)
      } catch {
        context.addIssue('is not JSON')
        return z.NEVER
      }
    })
    .pipe(policy)
    .optional(),
  MessageRetentionPeriod: count.optional(),
  VisibilityTimeout: count.optional(),
  DelaySeconds: count.optional(),
  CreatedTimestamp: count.optional(),
  KmsMasterKeyId: z.string().min(1).optional(),
  FifoQueue: z.string().optional(),
})

export interface QueueAnswer {
  readonly queue: Queue
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

/** Reads the answer of GetQueueAttributes; a text says which attribute is missing or wrong. A missing count is never taken for zero. */
export function parseQueueAttributes(url: string, attributes: unknown): QueueAnswer | string {
  const parsed = attributesSchema.safeParse(attributes ?? {})
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const what = issue?.code === 'invalid_type' ? 'is missing' : (issue?.message ?? 'is wrong')
    return `${issue?.path.join('.') || 'the attributes'} ${what}`
  }
  const told = parsed.data
  return {
    queue: queueOf(url, told),
    visible: told.ApproximateNumberOfMessages,
    inFlight: told.ApproximateNumberOfMessagesNotVisible,
    delayed: told.ApproximateNumberOfMessagesDelayed,
  }
}

function queueOf(url: string, told: z.output<typeof attributesSchema>): Queue {
  return {
    name: queueNameOfArn(told.QueueArn),
    url,
    arn: told.QueueArn,
    isFifo: told.FifoQueue === 'true',
    dlqArn: told.RedrivePolicy?.deadLetterTargetArn ?? null,
    maxReceiveCount: told.RedrivePolicy?.maxReceiveCount ?? null,
    retentionSeconds: told.MessageRetentionPeriod ?? null,
    visibilityTimeoutSeconds: told.VisibilityTimeout ?? null,
    delaySeconds: told.DelaySeconds ?? null,
    kmsKeyId: told.KmsMasterKeyId ?? null,
    createdAtMs: told.CreatedTimestamp === undefined ? null : told.CreatedTimestamp * 1_000,
  }
}
