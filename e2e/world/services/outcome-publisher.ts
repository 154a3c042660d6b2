import { randomUUID } from 'node:crypto'

import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { SQSClient } from '@aws-sdk/client-sqs'

import type { HistoryEvent } from '#world/history-event.ts'

import type { ServiceContext } from './service-context.ts'

/** Broadcasts History rows: one FIFO group a notification, raw, without attributes. */
export interface OutcomePublisher {
  publish(event: HistoryEvent): Promise<void>
  /** True while events wait for SQS to take them. */
  readonly isBusy: boolean
}

/** One after the other, so that SQS numbers events in the order in which they came about. As in the real service, a failed publication is logged and lost. */
export function createOutcomePublisher(context: ServiceContext, sqs: SQSClient): OutcomePublisher {
  let last: Promise<void> = Promise.resolve()
  let waiting = 0
  const send = async (event: HistoryEvent): Promise<void> => {
    try {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: context.queues.outcomes,
          MessageBody: JSON.stringify(event),
          MessageGroupId: `notifications_event_${event.id}`,
          MessageDeduplicationId: randomUUID(),
        }),
      )
      context.record.addOutcome(event, Date.now())
    } catch (error) {
      context.say('notifications', 'error', `publishing ${event.id} failed: ${String(error)}`)
      context.reportError('notifications', error)
    } finally {
      waiting -= 1
    }
  }
  return {
    publish(event) {
      waiting += 1
      last = last.then(() => send(event))
      return last
    },
    get isBusy() {
      return waiting > 0
    },
  }
}
