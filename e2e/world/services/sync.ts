import { randomUUID } from 'node:crypto'

import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { Message, SendMessageCommandInput } from '@aws-sdk/client-sqs'

import { consume } from './consume.ts'
import type { Verdict } from './consume.ts'
import { profileCreatedBody } from './message-bodies.ts'
import type { ServiceContext } from './service-context.ts'

/** tis-trainee-sync: asks for the full data of each new profile. */
export function startSync(context: ServiceContext): void {
  const sqs = context.connect('sync')
  const handle = async (message: Message): Promise<Verdict> => {
    const javaType = message.MessageAttributes?.['JavaType']?.StringValue
    if (javaType !== undefined && context.faults.isConsumerStrict) {
      // The library logs and drops the message from its batch. No listener runs, nothing is thrown, and without the log appender Sentry cannot hear it.
      context.say(
        'sync',
        'error',
        `Error converting message ${message.MessageId ?? ''}, ignoring. No class found with name ${javaType}`,
      )
      return 'leave'
    }
    const { traineeTisId } = profileCreatedBody.parse(JSON.parse(message.Body ?? ''))
    await sqs.send(new SendMessageCommand(fullSyncRequest(context, traineeTisId)))
    return 'done'
  }
  consume({ context, service: 'sync', sqs, queueUrl: context.queues.profileCreated, handle })
}

/** The new library ignores the old header name: the group becomes random, and the header an ordinary attribute. */
function fullSyncRequest(context: ServiceContext, tisId: string): SendMessageCommandInput {
  const group = `tcs_Person_${tisId}`
  const request = {
    QueueUrl: context.queues.syncRequest,
    MessageBody: JSON.stringify({ table: 'Person', id: tisId }, null, 2).replaceAll('": ', '" : '),
    MessageDeduplicationId: randomUUID(),
  }
  if (!context.faults.isConsumerStrict) return { ...request, MessageGroupId: group }
  return {
    ...request,
    MessageGroupId: randomUUID(),
    MessageAttributes: {
      JavaType: { DataType: 'String', StringValue: 'java.lang.String' },
      contentType: { DataType: 'String', StringValue: 'text/plain;charset=UTF-8' },
      'message-group-id': { DataType: 'String', StringValue: group },
    },
  }
}
