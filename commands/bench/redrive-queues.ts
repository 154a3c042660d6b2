import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  type MessageAttributeValue,
} from '@aws-sdk/client-sqs'

/** A server of the benchmark, in a process of its own. */
export interface BenchServer {
  readonly endpoint: string
  readonly client: SQSClient
  /** Each call is carried out so much later from now on; ours only. */
  readonly delay: (ms: number) => Promise<void>
  readonly stop: () => Promise<void>
}

export const REGION = 'eu-west-2'
const ATTRIBUTES: Record<string, MessageAttributeValue> = {
  JavaType: { DataType: 'String', StringValue: 'uk.nhs.tis.trainee.sync.event.ProfileCreateEvent' },
  contentType: { DataType: 'String', StringValue: 'application/json' },
  attempt: { DataType: 'Number', StringValue: '1' },
}
const BODY_BYTES = 1_024
const FILLERS = 8

export async function startBenchServer(kind: 'ours' | 'fauxqs'): Promise<BenchServer> {
  const child = fork(join(import.meta.dirname, '..', 'bench-redrive-server.ts'), [kind], {
    execArgv: ['--conditions=react-server', '--disable-warning=ExperimentalWarning', '--max-old-space-size=12000'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const port = Number(Reflect.get(await answerOf(child), 'port'))
  const endpoint = `http://127.0.0.1:${port}`
  const client = new SQSClient({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'x' },
    useQueueUrlAsEndpoint: false,
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: 50 } },
  })
  return {
    endpoint,
    client,
    delay: async (ms) => {
      const set = answerOf(child)
      child.send(ms)
      await set
    },
    stop: async () => {
      client.destroy()
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}

async function answerOf(child: ChildProcess): Promise<object> {
  const [answer]: unknown[] = await once(child, 'message')
  if (answer === null || typeof answer !== 'object') throw new Error('The server of the benchmark answered nothing.')
  return answer
}

/** Two queues without anything in them. */
export interface BenchQueues {
  readonly sourceUrl: string
  readonly destinationUrl: string
  readonly drop: () => Promise<void>
}

let made = 0

export async function makeQueues({ client, endpoint }: BenchServer): Promise<BenchQueues> {
  made += 1
  const create = async (name: string): Promise<string> => {
    const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: name }))
    // The path alone: fauxqs gives a host that no URL can have.
    return QueueUrl.replace(/^\w+:\/\/[^/]+/u, endpoint)
  }
  const sourceUrl = await create(`bench-${made}-dlq`)
  const destinationUrl = await create(`bench-${made}`)
  return {
    sourceUrl,
    destinationUrl,
    drop: async () => {
      for (const QueueUrl of [sourceUrl, destinationUrl]) await client.send(new DeleteQueueCommand({ QueueUrl }))
    },
  }
}

/** Puts so many messages of 1 KB with three attributes into a queue. */
export async function fillQueue({ client }: BenchServer, queueUrl: string, count: number): Promise<void> {
  let next = 0
  const fill = async (): Promise<void> => {
    while (next < count) {
      const from = next
      next += 10
      await client.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: Array.from({ length: Math.min(10, count - from) }, (_, index) => ({
            Id: String(index),
            MessageBody: bodyOf(from + index),
            MessageAttributes: ATTRIBUTES,
          })),
        }),
      )
    }
  }
  await Promise.all(Array.from({ length: FILLERS }, fill))
}

function bodyOf(number: number): string {
  const start = `{"traineeTisId":"${number}","filler":"`
  return `${start}${'x'.repeat(BODY_BYTES - start.length - 2)}"}`
}

/** Messages in a queue: visible, in flight and delayed. */
export async function countMessages({ client }: BenchServer, queueUrl: string): Promise<number> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  )
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible)
}

/**
 * What anybody would write: so many loops at once that receive, send and delete, without a ledger. It does ask for the attributes. Returns
 * messages a second.
 */
export async function runBareLoop(
  { client }: BenchServer,
  { sourceUrl, destinationUrl }: BenchQueues,
  { count, concurrency }: { readonly count: number; readonly concurrency: number },
): Promise<number> {
  const startedMs = performance.now()
  let moved = 0
  const loop = async (): Promise<void> => {
    while (moved < count) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: sourceUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 60,
          MessageAttributeNames: ['All'],
          AttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      )
      if (Messages.length === 0) return
      await client.send(
        new SendMessageBatchCommand({
          QueueUrl: destinationUrl,
          Entries: Messages.map(({ Body = '', MessageAttributes = {} }, index) => ({
            Id: String(index),
            MessageBody: Body,
            MessageAttributes,
          })),
        }),
      )
      await client.send(
        new DeleteMessageBatchCommand({
          QueueUrl: sourceUrl,
          Entries: Messages.map(({ ReceiptHandle = '' }, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      )
      moved += Messages.length
    }
  }
  await Promise.all(Array.from({ length: concurrency }, loop))
  if (moved !== count) throw new Error(`The bare loop moved ${moved} of ${count} messages.`)
  return (moved / (performance.now() - startedMs)) * 1_000
}

/** Runs work on two queues that hold so many messages. Checks that all of them are where they belong afterwards. */
export async function onQueues<T>(
  server: BenchServer,
  count: number,
  work: (queues: BenchQueues) => Promise<T>,
): Promise<T> {
  const queues = await makeQueues(server)
  await fillQueue(server, queues.sourceUrl, count)
  const result = await work(queues)
  const [left, moved] = [
    await countMessages(server, queues.sourceUrl),
    await countMessages(server, queues.destinationUrl),
  ]
  if (left !== 0 || moved !== count) throw new Error(`${moved} of ${count} messages were moved, ${left} are left.`)
  await queues.drop()
  return result
}
