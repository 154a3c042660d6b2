import { z } from 'zod'
import { profileCreatedBody } from '#world/services/message-bodies.ts'
import type { World } from '#world/world.ts'

const attributes = z.record(z.string(), z.unknown()).default({})
const received = z.object({
  Messages: z
    .array(z.object({ Body: z.string(), ReceiptHandle: z.string(), MessageAttributes: attributes }))
    .default([]),
})
const deletion = z.object({ ReceiptHandle: z.string() })
const sending = z.object({
  Entries: z.array(z.object({ MessageBody: z.string(), MessageAttributes: attributes })),
})

/** A message about a new profile, as SQS itself logged it. */
export interface LoggedMessage {
  /** The person whom it is about. */
  readonly ref: string
  /** Names of its attributes, sorted. */
  readonly attributes: readonly string[]
}

/** What a service received from the queue and then deleted, in the order of the deletes: what it processed. */
export function processedBy(world: World, caller: string, queue: string): LoggedMessage[] {
  const held = new Map<string, LoggedMessage>()
  const processed: LoggedMessage[] = []
  for (const call of callsAbout(world, caller, queue)) {
    if (call.operation === 'ReceiveMessage')
      for (const { Body, ReceiptHandle, MessageAttributes } of received.parse(call.response ?? {}).Messages)
        held.set(ReceiptHandle, messageOf(Body, MessageAttributes))
    if (call.operation !== 'DeleteMessage') continue
    const message = held.get(deletion.parse(call.request).ReceiptHandle)
    if (message !== undefined) processed.push(message)
  }
  return processed
}

/** What Spillway sent to the queue, in its order. */
export function resentTo(world: World, queue: string): LoggedMessage[] {
  return callsAbout(world, 'spillway', queue)
    .filter(({ operation }) => operation === 'SendMessageBatch')
    .flatMap(({ request }) => sending.parse(request).Entries)
    .map(({ MessageBody, MessageAttributes }) => messageOf(MessageBody, MessageAttributes))
}

function callsAbout(world: World, caller: string, queue: string) {
  return world.log.list({ service: 'sqs', caller }).filter(({ request, status }) => {
    const url: unknown = request !== null && typeof request === 'object' ? Reflect.get(request, 'QueueUrl') : undefined
    return status === 200 && typeof url === 'string' && url.endsWith(`/${queue}`)
  })
}

function messageOf(body: string, given: Readonly<Record<string, unknown>>): LoggedMessage {
  return { ref: profileCreatedBody.parse(JSON.parse(body)).traineeTisId, attributes: Object.keys(given).toSorted() }
}
