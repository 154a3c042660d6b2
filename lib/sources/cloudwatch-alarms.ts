import { DescribeAlarmsCommand, type CompositeAlarm, type MetricAlarm } from '@aws-sdk/client-cloudwatch'
import { getCloudWatchClient } from '#lib/aws/clients.ts'
import { countAttempts } from '#lib/aws/count-attempts.ts'
import type { Alarm } from '#lib/domain/alarm.ts'
import { askAws } from './ask-aws.ts'
import { missingRegion } from './aws-region.ts'
import { defineSource, SourceError, type PollContext, type PollResult } from './define-source.ts'

const STATES: ReadonlyMap<string | undefined, Alarm['state']> = new Map([
  ['OK', 'ok'],
  ['ALARM', 'alarm'],
])
const MISSING_DATA = ['missing', 'ignore', 'breaching', 'notBreaching'] as const

export const cloudwatchAlarms = defineSource({
  id: 'cloudwatch-alarms',
  title: 'CloudWatch alarms',
  teaches: 'which alarms watch the queues, which of them ring, and which could not',
  permissions: ['cloudwatch:DescribeAlarms'],
  missing: missingRegion,
  everySeconds: (settings) => settings.sources['cloudwatch-alarms'].everySeconds,
  poll,
})

/** All alarms of the region, metric and composite; they replace those known before. */
async function poll(context: PollContext): Promise<PollResult> {
  const alarms: Alarm[] = []
  let next: string | undefined
  do {
    const page = await askPage(context, next)
    alarms.push(...(page.MetricAlarms ?? []).map(metricAlarmOf), ...(page.CompositeAlarms ?? []).map(compositeAlarmOf))
    next = page.NextToken
  } while (next !== undefined)
  return { readings: [{ kind: 'alarms', atMs: context.nowMs(), alarms }], cursor: null }
}

function askPage(context: PollContext, next: string | undefined) {
  const client = getCloudWatchClient(context.env.AWS_REGION)
  const command = new DescribeAlarmsCommand({
    // Composite alarms are left out by CloudWatch unless they are asked for.
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    MaxRecords: 100,
    ...(next === undefined ? {} : { NextToken: next }),
  })
  const call = { service: 'CloudWatch', operation: 'DescribeAlarms', permission: 'cloudwatch:DescribeAlarms' } as const
  return askAws(call, context.signal, (signal) =>
    client.send(
      countAttempts(command, () => context.countCall('cloudwatch', 'DescribeAlarms')),
      { abortSignal: signal },
    ),
  )
}

function metricAlarmOf(alarm: MetricAlarm): Alarm {
  // An alarm on metric math names its metrics inside; the first that is a queue's stands for it.
  const metrics = (alarm.Metrics ?? []).flatMap((query) => query.MetricStat?.Metric ?? [])
  const dimensions = [alarm, ...metrics].flatMap((metric) => metric.Dimensions ?? [])
  return {
    ...commonOf(alarm),
    metric: alarm.MetricName ?? metrics[0]?.MetricName ?? null,
    queue: dimensions.find((dimension) => dimension.Name === 'QueueName')?.Value ?? null,
    missingData: MISSING_DATA.find((mode) => mode === alarm.TreatMissingData) ?? 'missing',
  }
}

function compositeAlarmOf(alarm: CompositeAlarm): Alarm {
  return { ...commonOf(alarm), metric: null, queue: null, missingData: 'missing' }
}

function commonOf(alarm: MetricAlarm | CompositeAlarm) {
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp
  if (alarm.AlarmName === undefined || since === undefined) {
    const what = alarm.AlarmName === undefined ? 'a name' : 'the time of its state'
    throw new SourceError('invalid-answer', `CloudWatch DescribeAlarms gave an alarm without ${what}.`)
  }
  return {
    name: alarm.AlarmName,
    // A state that is not known is not a good one.
    state: STATES.get(alarm.StateValue) ?? 'insufficient',
    reason: alarm.StateReason ?? '',
    stateSinceMs: since.getTime(),
    actionsEnabled: alarm.ActionsEnabled ?? false,
    actionCount: alarm.AlarmActions?.length ?? 0,
  } as const
}
