import assert from 'node:assert/strict'
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ListMessageMoveTasksCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
  type Message,
  type MessageAttributeValue,
} from '@aws-sdk/client-sqs'
import type { Queue } from '#lib/domain/queue.ts'
import { md5OfMessageAttributes } from '#e2e/conformance/md5.ts'
import type { Probe } from './redrive-check.ts'
import type { RedriveStand } from './redrive-stand.ts'

export const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1'

/** Attributes of the three types, and of custom ones, with what is easily lost: blanks, leading zeros, every byte. */
export const EVERY_TYPE: Readonly<Record<string, MessageAttributeValue>> = {
  text: { DataType: 'String', StringValue: ' Zoë "quoted"\ttab ' },
  count: { DataType: 'Number', StringValue: '-12345678901234567890' },
  bytes: { DataType: 'Binary', BinaryValue: Uint8Array.from({ length: 256 }, (_, at) => at) },
  'custom.text': { DataType: 'String.json', StringValue: '{"a":1.0}' },
  'custom.count': { DataType: 'Number.int', StringValue: '0042' },
  'custom.bytes': { DataType: 'Binary.png', BinaryValue: new Uint8Array([0, 255, 10, 13, 128]) },
}

async function receiveOne(stand: RedriveStand, queue: Queue): Promise<Message> {
  const deadline = performance.now() + 5_000
  while (performance.now() < deadline) {
    const [message] = await stand.receive(queue, 0)
    if (message !== undefined) return message
  }
  return assert.fail('a message that was sent is not received')
}

/** A message that was received too often goes to the dead-letter queue by itself. */
export const deadLetters: Probe = {
  title: 'dead-letter queues',
  async run(stand) {
    const { source, dlq } = await stand.makePair({ maxReceiveCount: 1 })
    await stand.send(source, 'probe')
    await receiveOne(stand, source)
    await stand.receive(source, 0)
    await receiveOne(stand, dlq)
  },
}

/** What is received tells group and place; one in flight holds back its group; and what comes back takes its place again. */
export const fifo: Probe = {
  title: 'FIFO queues with groups, places and order',
  async run(stand) {
    const { dlq } = await stand.makePair({ isFifo: true })
    const bodies = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12']
    for (const body of bodies) await stand.send(dlq, body, { MessageGroupId: 'a' })
    const first = await stand.receive(dlq, 3)
    assert.equal(first[0]?.Attributes?.MessageGroupId, 'a', 'MessageGroupId of a received message')
    assert.match(first[0]?.Attributes?.SequenceNumber ?? '', /^\d+$/, 'SequenceNumber of a received message')
    const inOrder = bodies.slice(0, first.length)
    assert.deepEqual(bodiesOf(first), inOrder, 'what is received first, in the order of sending')
    assert.deepEqual(bodiesOf(await stand.receive(dlq, 3)), [], 'what is received while the group is in flight')
    let again: Message[] = []
    for (const deadline = performance.now() + 10_000; again.length === 0 && performance.now() < deadline;)
      again = await stand.receive(dlq, 3)
    assert.deepEqual(bodiesOf(again), bodies.slice(0, again.length), 'what is received when the hold is over')
  },
}

function bodiesOf(messages: readonly Message[]): (string | undefined)[] {
  return messages.map(({ Body }) => Body)
}

/** A hold can be ended before its time, which gives back what a redrive leaves. */
export const visibility: Probe = {
  title: 'ending the hold of a message',
  async run(stand) {
    const { dlq } = await stand.makePair()
    await stand.send(dlq, 'probe')
    const [held] = await stand.receive(dlq, 60)
    assert.ok(held, 'a message that was sent is received')
    const asked = { QueueUrl: dlq.url, ReceiptHandle: held.ReceiptHandle, VisibilityTimeout: 0 }
    await stand.sqs.send(new ChangeMessageVisibilityCommand(asked))
    await receiveOne(stand, dlq)
  },
}

/** With blanks, a line end, quotes, and a character that takes two units in UTF-16. */
export const EVERY_CHARACTER = '{"name":"Zoë 😀", "n": 1.0 ,"t":"\\u2028"}\n'

export const everyCharacter: Probe = {
  title: 'bodies with every character that SQS allows',
  async run(stand) {
    const { dlq } = await stand.makePair()
    await stand.send(dlq, EVERY_CHARACTER)
    assert.equal((await receiveOne(stand, dlq)).Body, EVERY_CHARACTER, 'the body as it was sent')
  },
}

export const everyType: Probe = {
  title: 'attributes of every type, with the digest that AWS documents',
  async run(stand) {
    const { dlq } = await stand.makePair()
    const sent = { QueueUrl: dlq.url, MessageBody: 'probe', MessageAttributes: { ...EVERY_TYPE } }
    const { MD5OfMessageAttributes } = await stand.sqs.send(new SendMessageCommand(sent))
    assert.equal(MD5OfMessageAttributes, md5OfMessageAttributes(EVERY_TYPE), 'the digest of a send')
    const { MessageAttributes = {} } = await receiveOne(stand, dlq)
    assert.deepEqual(Object.keys(MessageAttributes).toSorted(), Object.keys(EVERY_TYPE).toSorted(), 'their names')
    assert.equal(md5OfMessageAttributes(MessageAttributes), md5OfMessageAttributes(EVERY_TYPE), 'their bytes')
  },
}

export const traceHeader: Probe = {
  title: 'the trace header',
  async run(stand) {
    const { dlq } = await stand.makePair()
    const AWSTraceHeader = { DataType: 'String', StringValue: TRACE }
    // Redrives send in batches, and a server may know it in single sends alone.
    const entry = { Id: '0', MessageBody: 'probe', MessageSystemAttributes: { AWSTraceHeader } }
    await stand.sqs.send(new SendMessageBatchCommand({ QueueUrl: dlq.url, Entries: [entry] }))
    assert.equal((await receiveOne(stand, dlq)).Attributes?.AWSTraceHeader, TRACE, 'AWSTraceHeader as it was sent')
  },
}

export const fairGroups: Probe = {
  title: 'groups of standard queues (fair queues)',
  async run(stand) {
    const { dlq } = await stand.makePair()
    await stand.send(dlq, 'probe', { MessageGroupId: 'tenant-7' })
    const { Attributes } = await receiveOne(stand, dlq)
    assert.equal(Attributes?.MessageGroupId, 'tenant-7', 'MessageGroupId as it was sent')
  },
}

/** A task is started, ends as COMPLETED in the list of tasks, and has moved the message. */
export const moveTasks: Probe = {
  title: 'move tasks',
  async run(stand) {
    const { source, dlq } = await stand.makePair({ maxReceiveCount: 1 })
    await stand.send(source, 'probe')
    await receiveOne(stand, source)
    await stand.receive(source, 0)
    await receiveOne(stand, dlq)
    await stand.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dlq.arn }))
    const deadline = performance.now() + 10_000
    let status: string | undefined
    while (status !== 'COMPLETED' && performance.now() < deadline) {
      const { Results = [] } = await stand.sqs.send(new ListMessageMoveTasksCommand({ SourceArn: dlq.arn }))
      status = Results[0]?.Status
      assert.ok(Results.length > 0, 'a task that was started is in the list of tasks')
    }
    assert.equal(status, 'COMPLETED', 'status of the task')
    const back = await receiveOne(stand, source)
    await stand.sqs.send(new DeleteMessageCommand({ QueueUrl: source.url, ReceiptHandle: back.ReceiptHandle }))
  },
}
