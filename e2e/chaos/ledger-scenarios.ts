import { setTimeout as pause } from 'node:timers/promises'
import { CreateQueueCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { WorkerOrder, WorkerQueue, WorkerShown } from '#commands/chaos/worker-words.ts'
import { until } from '#e2e/processes.ts'
import { RequestLog } from '#world/request-log.ts'
import { connectSqs, REGION } from '#world/services/connect-sqs.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import { consume } from './consume.ts'
import { orderFaults, redriveFaults } from './redrive-ledger-agrees.ts'
import { createRedriveWorker, type RedriveWorker } from './redrive-worker.ts'
import type { BareContext, BareScenario, Struck } from './scenario.ts'
import { commitStrikeOf, LEDGER_MOMENTS, strikeLedger } from './strike-ledger.ts'
import { disturb, type Road } from './strike-redrive.ts'
import { watchMoved } from './watch-moved.ts'

interface Kind {
  readonly isFifo: boolean
  readonly mode: WorkerOrder['mode']
}

const VISIBILITY_SECONDS = 3
const MOVED_MS = 150_000
const LATEST_SECOND_KILL_MS = 5_000
const GROUPS = ['a', 'b', 'c', 'd']

interface Run extends Struck {
  readonly app: RedriveWorker
  readonly order: Omit<WorkerOrder, 'id' | 'strike'>
  readonly road: Road
  readonly bodies: readonly string[]
}

async function run(context: BareContext, moment: string, kind: Kind): Promise<void> {
  const log = new RequestLog()
  const sqs = await startSqsServer({ log })
  const producer = connectSqs(sqs.endpoint, 'infrastructure')
  const app = createRedriveWorker({
    ...context.storeEnv,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'spillway',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
  })
  const over = new AbortController()
  try {
    const prepared = await prepare(producer, sqs, { ...context, kind })
    const consumer = kind.mode === 'in-place' ? consume(sqs.endpoint, prepared.order.source.url, over.signal) : null
    await moveThroughStrikes({ ...context, ...prepared, world: { sqs, log }, app }, moment)
    over.abort()
    await consumer
  } catch (error) {
    throw new Error(`${String(error)}\n${app.lines().slice(-10).join('\n')}`, { cause: error })
  } finally {
    over.abort()
    await app.stop()
    producer.destroy()
    await sqs.stop()
  }
}

/** Fresh queues, with messages that the consumer cannot process. */
async function prepare(
  producer: SQSClient,
  sqs: SqsServer,
  { random, kind: { isFifo, mode } }: BareContext & { readonly kind: Kind },
): Promise<Pick<Run, 'order' | 'road' | 'bodies'>> {
  const make = async (name: string): Promise<WorkerQueue> => {
    const full = isFifo ? `${name}.fifo` : name
    const Attributes = { VisibilityTimeout: String(VISIBILITY_SECONDS), ...(isFifo ? { FifoQueue: 'true' } : {}) }
    const { QueueUrl: url = '' } = await producer.send(new CreateQueueCommand({ QueueName: full, Attributes }))
    return { name: full, url, arn: `arn:aws:sqs:${REGION}:000000000000:${full}`, isFifo }
  }
  const [source, dlq] = [await make('orders'), await make('orders-dlq')]
  const from = mode === 'in-place' ? source : dlq
  const bodies: string[] = []
  for (let number = 1, count = random.between(24, 40); number <= count; number += 1) {
    const group = GROUPS[random.between(0, GROUPS.length - 1)] ?? 'a'
    const body = `${group}-${number}`
    bodies.push(body)
    await producer.send(
      new SendMessageCommand({
        QueueUrl: from.url,
        MessageBody: body,
        MessageAttributes: { JavaType: { DataType: 'String', StringValue: 'x' } },
        ...(isFifo ? { MessageGroupId: group, MessageDeduplicationId: body } : {}),
      }),
    )
  }
  // The set is frozen at the start: a message of that very millisecond would be newer.
  await until('a later millisecond', () => (Date.now() > newestMs(sqs, from.name) + 1 ? true : undefined), 5_000, 1)
  return {
    bodies,
    road: { source: from.name, destination: source.name },
    order: { source, dlq, mode, canaryMessages: random.between(1, 3), perSecond: random.next() < 0.5 ? 25 : 400 },
  }
}

function newestMs(sqs: SqsServer, queue: string): number {
  return Math.max(...sqs.store.peekAll(queue).map(({ sentAtMs }) => sentAtMs))
}

async function moveThroughStrikes(given: Run, moment: string): Promise<void> {
  const { world, app, random, order, road, bodies } = given
  disturb(given, road)
  const watch = watchMoved(given, road, async () => (await app.read().catch(() => undefined))?.counts.moved)
  const [commit, second] = [commitStrikeOf(moment, given), random.next() < 0.5 || moment === 'random']
  const secondKillMs = random.between(0, LATEST_SECOND_KILL_MS)
  // Random moments count from the start of the work, so that a seed means the same on any machine.
  const struck = commit === null && moment !== 'random' ? strikeLedger(given, moment, road) : null
  await app.start({ ...order, strike: commit })
  const first = struck ?? (commit === null ? strikeLedger(given, moment, road) : app.ended())
  if (!(await Promise.race([first.then(() => true), movedAtAll(app)])))
    throw new Error(`All was moved before the run was struck at ${moment}.`)
  await startAgain(app, order)
  if (second) {
    await pause(secondKillMs)
    await app.stop('SIGKILL')
    await startAgain(app, order)
  }
  const shown = await untilMoved(app)
  const { moved } = shown.counts
  const wrong = [
    ...watch.tooEarly,
    ...(moved === bodies.length ? [] : [`${moved} messages are shown as moved, of ${bodies.length}`]),
    ...redriveFaults(world, shown, { ...road, bodies }),
    ...(order.source.isFifo ? orderFaults(world, road.destination) : []),
  ]
  if (wrong.length > 0) throw new Error(`${wrong.slice(0, 5).join('; ')} (${JSON.stringify(shown)})`)
  if (watch.judged() === 0) throw new Error('No delete was judged: nothing was deleted while the worker ran.')
}

async function startAgain(app: RedriveWorker, order: Run['order']): Promise<void> {
  if (app.process() === null) await app.start({ ...order, strike: null })
}

/** False when everything was moved; never, when the process ends before. */
async function movedAtAll(app: RedriveWorker): Promise<boolean> {
  await untilMoved(app)
  return false
}

function untilMoved(app: RedriveWorker): Promise<WorkerShown> {
  return until(
    'everything to be moved',
    async () => {
      const shown = await app.read()
      if (shown.state === 'verifying' || shown.state === 'done') return shown
      throw new Error(JSON.stringify(shown))
    },
    MOVED_MS,
    200,
  )
}

function scenario(id: string, title: string, kind: Kind): BareScenario {
  return { id, title, boundaries: LEDGER_MOMENTS, runBare: (context, moment) => run(context, moment, kind) }
}

/** The ledger alone, struck at every boundary of moving a message: without pages, incidents and people, and so light enough for hundreds of runs. The longest first. */
export const ledgerScenarios: readonly BareScenario[] = [
  scenario('redrive-fifo-in-place', 'struck while it heals a FIFO queue in place', { isFifo: true, mode: 'in-place' }),
  scenario('redrive-standard-dlq', 'struck while it moves dead letters to their source', {
    isFifo: false,
    mode: 'dlq-to-source',
  }),
  scenario('redrive-standard-in-place', 'struck while it heals a queue in place', { isFifo: false, mode: 'in-place' }),
  scenario('redrive-fifo-dlq', 'struck while it moves dead letters of a FIFO queue', {
    isFifo: true,
    mode: 'dlq-to-source',
  }),
]
