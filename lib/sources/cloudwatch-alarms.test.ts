import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { afterAll, expect, test } from 'vitest'
import { closeAwsClients } from '#lib/aws/clients.ts'
import { startCloudWatchServer } from '#world/cloudwatch/server.ts'
import { RequestLog } from '#world/request-log.ts'
import { cloudwatchAlarms } from './cloudwatch-alarms.ts'
import { makeContext, readingsOf, useEndpoints } from './fixtures/make-context.ts'
import { awsAnswer, startUpstream } from './fixtures/start-upstream.ts'

afterAll(() => closeAwsClients())

test('tells alarms as CloudWatch keeps them: one that has no data yet is not good', async () => {
  const server = await startCloudWatchServer({
    log: new RequestLog(),
    seed: 1,
    delaySeconds: [60, 120],
    reactivationSeconds: [60, 900],
    listQueueNames: () => [],
    measure: () => {
      throw new Error('there are no queues')
    },
    pastPerDay: null,
  })
  const client = new CloudWatchClient({
    endpoint: server.endpoint,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'x' },
  })
  try {
    await client.send(
      new PutMetricAlarmCommand({
        AlarmName: 'orders-dlq not empty',
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: 'orders-dlq' }],
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
        AlarmActions: ['arn:aws:sns:eu-west-2:000000000000:monitoring'],
      }),
    )
    useEndpoints({ cloudwatch: server.endpoint })
    const result = await cloudwatchAlarms.poll(makeContext())
    expect(readingsOf(result, 'alarms')[0]?.alarms).toEqual([
      expect.objectContaining({
        name: 'orders-dlq not empty',
        state: 'insufficient',
        metric: 'ApproximateNumberOfMessagesVisible',
        queue: 'orders-dlq',
        actionsEnabled: true,
        actionCount: 1,
        missingData: 'notBreaching',
      }),
    ])
  } finally {
    client.destroy()
    await server.stop()
  }
})

const SINCE = Date.parse('2026-11-22T09:00:00Z')

test('tells metric and composite alarms of every page', async () => {
  await using upstream = await startUpstream(({ body }) => {
    const request = JSON.parse(body)
    if (request.NextToken === undefined) {
      return awsAnswer({
        MetricAlarms: [
          {
            AlarmName: 'share of failures',
            StateValue: 'ALARM',
            StateReason: 'Threshold Crossed',
            StateUpdatedTimestamp: SINCE / 1_000 + 900,
            StateTransitionedTimestamp: SINCE / 1_000,
            ActionsEnabled: false,
            Metrics: [
              { Id: 'share', Expression: 'm1 / m2' },
              {
                Id: 'm1',
                MetricStat: {
                  Metric: { MetricName: 'NumberOfMessagesSent', Dimensions: [{ Name: 'QueueName', Value: 'orders' }] },
                  Period: 60,
                  Stat: 'Sum',
                },
              },
            ],
          },
        ],
        NextToken: 'two',
      })
    }
    return awsAnswer({
      CompositeAlarms: [
        {
          AlarmName: 'all of it',
          StateValue: 'OK',
          StateUpdatedTimestamp: SINCE / 1_000,
          ActionsEnabled: true,
          AlarmActions: [],
        },
      ],
    })
  })
  useEndpoints({ cloudwatch: upstream.url })
  const context = makeContext()
  const result = await cloudwatchAlarms.poll(context)
  expect(readingsOf(result, 'alarms')[0]?.alarms).toEqual([
    {
      name: 'share of failures',
      state: 'alarm',
      reason: 'Threshold Crossed',
      stateSinceMs: SINCE,
      metric: 'NumberOfMessagesSent',
      queue: 'orders',
      actionsEnabled: false,
      actionCount: 0,
      missingData: 'missing',
    },
    {
      name: 'all of it',
      state: 'ok',
      reason: '',
      stateSinceMs: SINCE,
      metric: null,
      queue: null,
      actionsEnabled: true,
      actionCount: 0,
      missingData: 'missing',
    },
  ])
  expect(upstream.asked.map(({ body }) => JSON.parse(body).AlarmTypes)).toEqual([
    ['MetricAlarm', 'CompositeAlarm'],
    ['MetricAlarm', 'CompositeAlarm'],
  ])
  expect(context.calls.get('cloudwatch DescribeAlarms')).toBe(2)
})

test('no alarms at all is an answer too', async () => {
  await using upstream = await startUpstream(() => awsAnswer({}))
  useEndpoints({ cloudwatch: upstream.url })
  expect(readingsOf(await cloudwatchAlarms.poll(makeContext()), 'alarms')[0]?.alarms).toEqual([])
})
