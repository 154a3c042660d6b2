import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { closeAwsClients } from '#lib/aws/clients.ts'
import { startCloudWatchServer, type CloudWatchServer } from '#world/cloudwatch/server.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { cloudwatchMetrics } from './cloudwatch-metrics.ts'
import { makeContext, readingsOf, storedCursor, useEndpoints } from './fixtures/make-context.ts'
import { QUEUES_A_CALL } from './get-metric-data.ts'
import { sqs } from './sqs.ts'

const PAIRS = 1_000
const BEAT_MS = 30_000
const METRICS_BEAT_MS = 300_000

let log: RequestLog
let server: SqsServer
let metrics: CloudWatchServer

beforeEach(async () => {
  log = new RequestLog()
  server = await startSqsServer({ log })
  metrics = await startCloudWatchServer({
    log,
    seed: 7,
    delaySeconds: [0, 0],
    reactivationSeconds: [0, 0],
    listQueueNames: () => [],
    measure: () => {
      throw new Error('nothing is published')
    },
    pastPerDay: null,
  })
  useEndpoints({ sqs: server.endpoint, cloudwatch: metrics.endpoint })
})
afterEach(async () => {
  await server.stop()
  await metrics.stop()
})
afterAll(() => closeAwsClients())

async function createPairs(): Promise<void> {
  const client = new SQSClient({
    endpoint: server.endpoint,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'x' },
  })
  const create = (name: string, Attributes: Record<string, string>) =>
    client.send(new CreateQueueCommand({ QueueName: name, Attributes }))
  for (let index = 0; index < PAIRS; index += 1) {
    await create(`q-${index}-dlq`, {})
    const deadLetterTargetArn = `arn:aws:sqs:eu-west-2:000000000000:q-${index}-dlq`
    await create(`q-${index}`, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 }) })
  }
  client.destroy()
}

test('a depth cycle of 2,000 queues costs at most 2,100 requests to SQS, and CloudWatch is asked on its own beat only', async () => {
  await createPairs()
  let nowMs = Date.parse('2026-11-22T09:00:00Z')
  const options = { nowMs: () => nowMs, settings: { sources: { 'cloudwatch-metrics': { backfillDays: 0 } } } }
  let cycle = await sqs.poll(makeContext(options))
  const requests: number[] = []
  const startSeq = log.lastSeq
  let flows = await cloudwatchMetrics.poll({ ...makeContext(options), queues: queuesOf(cycle) })
  let metricsAtMs = nowMs
  for (let turn = 0; turn < 3; turn += 1) {
    nowMs += BEAT_MS
    const { lastSeq } = log
    cycle = await sqs.poll({ ...makeContext(options), queues: queuesOf(cycle), cursor: storedCursor(cycle) })
    requests.push(log.list({ service: 'sqs' }).filter(({ seq }) => seq > lastSeq).length)
    expect(readingsOf(cycle, 'depths')[0]?.depths).toHaveLength(2 * PAIRS)
    if (nowMs - metricsAtMs < METRICS_BEAT_MS) continue
    flows = await cloudwatchMetrics.poll({
      ...makeContext(options),
      queues: queuesOf(cycle),
      cursor: storedCursor(flows),
    })
    metricsAtMs = nowMs
  }
  expect(Math.max(...requests)).toBeLessThanOrEqual(2_100)
  expect(Math.min(...requests)).toBeGreaterThanOrEqual(2 * PAIRS)
  expect(log.countByOperation({ afterSeq: startSeq })['cloudwatch GetMetricData']).toBe(
    Math.ceil((2 * PAIRS) / QUEUES_A_CALL),
  )
}, 180_000)

function queuesOf(result: Parameters<typeof storedCursor>[0]) {
  return readingsOf(result, 'queues')[0]?.queues ?? []
}
