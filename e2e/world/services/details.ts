import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { MessageAttributeValue } from '@aws-sdk/client-sqs'

import { consume } from './consume.ts'
import { keepTrying } from './keep-trying.ts'
import { contactDetailsBody } from './message-bodies.ts'
import type { Person } from './person.ts'
import type { ServiceContext } from './service-context.ts'

const EVENT_CLASS = 'uk.nhs.hee.trainee.details.event.ProfileCreateEvent'

/** tis-trainee-details: keeps the profiles and says when one is new. */
export interface Details {
  /** Creates the profile and tells the two queues; keeps trying while SQS is away. Resolves when both have it. */
  createProfile(person: Person): Promise<void>
  /** The e-mail address of a profile; null while none has been synced. */
  getEmail(tisId: string): string | null
}

export function startDetails(context: ServiceContext): Details {
  const sqs = context.connect('details')
  const emails = new Map<string, string | null>()

  consume({
    context,
    service: 'details',
    sqs,
    queueUrl: context.queues.contactDetailsUpdate,
    handle: async (message) => {
      const { record } = contactDetailsBody.parse(JSON.parse(message.Body ?? ''))
      emails.set(record.tisId, record.data.email)
      return 'done'
    },
  })

  const createProfile = async (person: Person): Promise<void> => {
    const createdAtMs = Date.now()
    emails.set(person.tisId, emails.get(person.tisId) ?? null)
    const tapBody = JSON.stringify({ traineeTisId: person.tisId, createdAt: new Date(createdAtMs).toISOString() })
    await keepTrying(context, 'details', () =>
      sqs.send(new SendMessageCommand({ QueueUrl: context.queues.profilesTap, MessageBody: tapBody })),
    )
    context.record.addProfile({
      traineeTisId: person.tisId,
      createdAtMs,
      hasAddressInSource: person.email !== null,
      isTestUser: person.tisId.startsWith('-'),
    })
    const event = {
      MessageBody: JSON.stringify({ traineeTisId: person.tisId }),
      MessageAttributes: eventAttributes(context.faults.hasJavaType),
    }
    const { profileCreated, profileCreatedTap } = context.queues
    for (const QueueUrl of profileCreatedTap === null ? [profileCreated] : [profileCreatedTap, profileCreated])
      await keepTrying(context, 'details', () => sqs.send(new SendMessageCommand({ QueueUrl, ...event })))
  }
  return { createProfile, getEmail: (tisId) => emails.get(tisId) ?? null }
}

function eventAttributes(hasJavaType: boolean): Record<string, MessageAttributeValue> {
  const contentType = { DataType: 'String', StringValue: 'application/json' }
  if (!hasJavaType) return { contentType }
  return { JavaType: { DataType: 'String', StringValue: EVENT_CLASS }, contentType }
}
