import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs'
import type { QueueAttributeName, SQSClient } from '@aws-sdk/client-sqs'

import { dlqNameOf, MAX_RECEIVE_COUNT, QUEUE_NAMES, serviceTagOf, sideQueueNames } from './queues.ts'
import type { QueueUrls } from './queues.ts'

type Attributes = Partial<Record<QueueAttributeName, string>>

/** What SQS does where nobody says otherwise. */
export const DEFAULT_RETENTION_SECONDS = 345_600
const FOURTEEN_DAYS_SECONDS = '1209600'

export interface CreateQueuesOptions {
  readonly sideQueues: number
  readonly visibilityTimeoutSeconds: number
  /** Whether copies of profile-created go to a queue of their own. */
  readonly hasTap: boolean
  /** How long profile-created keeps a message; SQS allows no less than 60. */
  readonly retentionSeconds: number
}

/** Makes the sandbox's queues as infrastructure code would: most with a dead-letter queue, some without, which the coverage should notice. */
export async function createQueues(sqs: SQSClient, options: CreateQueuesOptions): Promise<QueueUrls> {
  const { sideQueues, visibilityTimeoutSeconds } = options
  const base: Attributes = {
    VisibilityTimeout: String(visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(DEFAULT_RETENTION_SECONDS),
    ReceiveMessageWaitTimeSeconds: '20',
  }
  for (const [index, name] of sideQueueNames(sideQueues).entries()) {
    await createQueue(sqs, name, base)
    if (index % 3 !== 2) await attachDlq(sqs, name)
  }
  const urls: QueueUrls = {
    profileCreated: await createQueue(sqs, QUEUE_NAMES.profileCreated, {
      ...base,
      MessageRetentionPeriod: String(options.retentionSeconds),
    }),
    profilesTap: await createQueue(sqs, QUEUE_NAMES.profilesTap, { ...base, VisibilityTimeout: '30' }),
    profileCreatedTap: options.hasTap
      ? await createQueue(sqs, QUEUE_NAMES.profileCreatedTap, { ...base, VisibilityTimeout: '30' })
      : null,
    syncRequest: await createQueue(sqs, QUEUE_NAMES.syncRequest, { ...base, FifoQueue: 'true' }),
    contactDetailsUpdate: await createQueue(sqs, QUEUE_NAMES.contactDetailsUpdate, base),
    contactDetailsUpdated: await createQueue(sqs, QUEUE_NAMES.contactDetailsUpdated, base),
    membershipUpdated: await createQueue(sqs, QUEUE_NAMES.membershipUpdated, base),
    emailEvents: await createQueue(sqs, QUEUE_NAMES.emailEvents, base),
    outcomes: await createQueue(sqs, QUEUE_NAMES.outcomes, { ...base, VisibilityTimeout: '30', FifoQueue: 'true' }),
  }
  for (const name of [
    QUEUE_NAMES.syncRequest,
    QUEUE_NAMES.contactDetailsUpdated,
    QUEUE_NAMES.membershipUpdated,
    QUEUE_NAMES.emailEvents,
  ]) {
    await attachDlq(sqs, name)
  }
  return urls
}

/** Gives a queue a dead-letter queue, creating that where it is missing. */
export async function attachDlq(sqs: SQSClient, queueName: string): Promise<void> {
  const attributes: Attributes = { MessageRetentionPeriod: FOURTEEN_DAYS_SECONDS }
  if (queueName.endsWith('.fifo')) attributes.FifoQueue = 'true'
  const dlqUrl = await createQueue(sqs, dlqNameOf(queueName), attributes)
  const dlq = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: dlqUrl, AttributeNames: ['QueueArn'] }))
  const policy = { deadLetterTargetArn: dlq.Attributes?.['QueueArn'], maxReceiveCount: MAX_RECEIVE_COUNT }
  await setRedrivePolicy(sqs, queueName, JSON.stringify(policy))
}

/** Takes the redrive policy away; the dead-letter queue itself stays, as it does in AWS. */
export async function detachDlq(sqs: SQSClient, queueName: string): Promise<void> {
  await setRedrivePolicy(sqs, queueName, '')
}

async function setRedrivePolicy(sqs: SQSClient, queueName: string, policy: string): Promise<void> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueName }))
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy: policy } }))
}

async function createQueue(sqs: SQSClient, name: string, attributes: Attributes): Promise<string> {
  const service = serviceTagOf(name)
  const tags = service === null ? {} : { service }
  const created = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes, tags }))
  if (created.QueueUrl === undefined) throw new Error(`the SQS server gave no URL for ${name}`)
  return created.QueueUrl
}
