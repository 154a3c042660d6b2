import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { Message } from '@aws-sdk/client-sqs'

import { consume } from './consume.ts'
import type { Verdict } from './consume.ts'
import { keepTrying } from './keep-trying.ts'
import { renderContactDetails, renderMembership, syncRequestBody } from './message-bodies.ts'
import type { Person } from './person.ts'
import type { ServiceContext } from './service-context.ts'

/** TIS-SYNC: reads people from the source system and publishes their records. */
export interface CoreSync {
  /** A programme membership entered in TIS: it streams to the notifications service whether or not the profile was synced. */
  publishMembership(person: Person): Promise<void>
}

export function startCoreSync(context: ServiceContext, people: ReadonlyMap<string, Person>): CoreSync {
  const sqs = context.connect('core-sync')
  const send = async (queueUrl: string, body: string, delaySeconds = 0): Promise<void> => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: body,
        DelaySeconds: delaySeconds,
        MessageAttributes: { event_type: { DataType: 'String', StringValue: 'UNKNOWN' } },
      }),
    )
  }
  const handle = async (message: Message): Promise<Verdict> => {
    const { id } = syncRequestBody.parse(JSON.parse(message.Body ?? ''))
    const person = people.get(id)
    if (person === undefined) {
      context.say('core-sync', 'info', `no person ${id} in the source system`)
      return 'done'
    }
    const contactDetails = renderContactDetails(person)
    await send(context.queues.contactDetailsUpdate, contactDetails)
    await send(context.queues.contactDetailsUpdated, contactDetails)
    // The topic of contact details feeds Spillway's tap of profiles as well.
    await send(context.queues.profilesTap, contactDetails)
    // A second later, as the record stream does, so that the address is there first.
    await send(context.queues.membershipUpdated, renderMembership(person), 1)
    return 'done'
  }
  consume({ context, service: 'core-sync', sqs, queueUrl: context.queues.syncRequest, handle })
  return {
    publishMembership: (person) =>
      keepTrying(context, 'core-sync', () => send(context.queues.membershipUpdated, renderMembership(person))),
  }
}
