import { z } from 'zod'
import type { Queue, RedriveAllow } from '#lib/domain/queue.ts'
import { nameAt, ownNameOfArn } from '#lib/domain/queue.ts'

/** SQS gives every attribute as text; a count is digits. */
const count = z.string().regex(/^\d+$/, 'is not a whole number').transform(Number)

const policy = z.object({
  deadLetterTargetArn: z.string().min(1).optional(),
  maxReceiveCount: z.coerce.number().int().positive().optional(),
})

/** Of a policy with a permission that is not known the queue says nothing that could be shown. */
const allowPolicy = z.object({
  redrivePermission: z.enum(['allowAll', 'denyAll', 'byQueue']).optional().catch(undefined),
  sourceQueueArns: z.array(z.string()).default([]),
})

/** A policy as SQS gives it: JSON in a text. One that was taken away can be told as an empty text. */
function policyText<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, context): unknown => {
      if (text === '') return {}
      try {
        return JSON.parse(text)
      } catch {
        context.addIssue('is not JSON')
        return z.NEVER
      }
    })
    .pipe(schema)
    .optional()
}

const attributesSchema = z.object({
  QueueArn: z.string().startsWith('arn:'),
  ApproximateNumberOfMessages: count,
  ApproximateNumberOfMessagesNotVisible: count,
  ApproximateNumberOfMessagesDelayed: count,
  RedrivePolicy: policyText(policy),
  RedriveAllowPolicy: policyText(allowPolicy),
  MessageRetentionPeriod: count.optional(),
  VisibilityTimeout: count.optional(),
  DelaySeconds: count.optional(),
  MaximumMessageSize: count.optional(),
  CreatedTimestamp: count.optional(),
  SqsManagedSseEnabled: z.string().optional(),
  KmsMasterKeyId: z.string().min(1).optional(),
  FifoQueue: z.string().optional(),
})

/** What GetQueueAttributes tells of how a queue is set up: neither its tags nor how often it is read. */
export type QueueSetup = Omit<Queue, 'tags' | 'tagsAskedMs' | 'beat'>

/** Where a queue is asked for: its URL, and the name of its place (null at home). */
export interface QueueAddress {
  readonly url: string
  readonly place: string | null
}

export interface QueueAnswer {
  readonly queue: QueueSetup
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

/** Reads the answer of GetQueueAttributes; a text says which attribute is missing or wrong. A missing count is never taken for zero. */
export function parseQueueAttributes(at: QueueAddress, attributes: unknown): QueueAnswer | string {
  const parsed = attributesSchema.safeParse(attributes ?? {})
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const what = issue?.code === 'invalid_type' ? 'is missing' : (issue?.message ?? 'is wrong')
    return `${issue?.path.join('.') || 'the attributes'} ${what}`
  }
  const told = parsed.data
  return {
    queue: queueOf(at, told),
    visible: told.ApproximateNumberOfMessages,
    inFlight: told.ApproximateNumberOfMessagesNotVisible,
    delayed: told.ApproximateNumberOfMessagesDelayed,
  }
}

function queueOf({ url, place }: QueueAddress, told: z.output<typeof attributesSchema>): QueueSetup {
  return {
    name: nameAt(ownNameOfArn(told.QueueArn), place),
    url,
    arn: told.QueueArn,
    isFifo: told.FifoQueue === 'true',
    dlqArn: told.RedrivePolicy?.deadLetterTargetArn ?? null,
    maxReceiveCount: told.RedrivePolicy?.maxReceiveCount ?? null,
    redriveAllow: allowOf(told.RedriveAllowPolicy),
    retentionSeconds: told.MessageRetentionPeriod ?? null,
    visibilityTimeoutSeconds: told.VisibilityTimeout ?? null,
    delaySeconds: told.DelaySeconds ?? null,
    maximumMessageBytes: told.MaximumMessageSize ?? null,
    kmsKeyId: told.KmsMasterKeyId ?? null,
    isSqsEncrypted: told.SqsManagedSseEnabled === undefined ? null : told.SqsManagedSseEnabled === 'true',
    createdAtMs: told.CreatedTimestamp === undefined ? null : told.CreatedTimestamp * 1_000,
  }
}

function allowOf(told: z.output<typeof allowPolicy> | undefined): RedriveAllow | null {
  if (told?.redrivePermission === undefined) return null
  return { permission: told.redrivePermission, sourceArns: told.sourceQueueArns }
}
