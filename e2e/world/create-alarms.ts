import type { AlarmConfigInput } from './cloudwatch/alarm.ts'
import type { CloudWatchServer } from './cloudwatch/server.ts'
import { dlqNameOf, QUEUE_NAMES, sideQueueNames } from './queues.ts'

const TOPIC = 'arn:aws:sns:eu-west-2:000000000000:monitoring-demo'

/** Alarms as such a team has them: some good, some that can never speak, none on the queue of the incident. */
export function createAlarms(cloudwatch: CloudWatchServer, nowMs: number): void {
  const [first = '', second = '', third = ''] = sideQueueNames(3)
  const alarms: AlarmConfigInput[] = [
    depthAlarm('tis-trainee-sync-request-dlq', dlqNameOf(QUEUE_NAMES.syncRequest), {
      TreatMissingData: 'notBreaching',
      AlarmActions: [TOPIC],
    }),
    depthAlarm('tis-trainee-contact-details-dlq', dlqNameOf(QUEUE_NAMES.contactDetailsUpdated), {
      AlarmActions: [TOPIC],
      OKActions: [TOPIC],
    }),
    depthAlarm('tis-trainee-email-event-dlq', dlqNameOf(QUEUE_NAMES.emailEvents), {
      TreatMissingData: 'ignore',
      AlarmActions: [TOPIC],
      ActionsEnabled: false,
    }),
    depthAlarm(`${first}-dlq`, dlqNameOf(first), { TreatMissingData: 'notBreaching' }),
    {
      ...depthAlarm(`${second}-dlq`, dlqNameOf(second), { AlarmActions: [TOPIC] }),
      MetricName: 'NumberOfMessagesSent',
      Statistic: 'Sum',
    },
    depthAlarm(`${third}-heartbeat`, third, {
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
      AlarmActions: [TOPIC],
    }),
    depthAlarm('tis-trainee-profile-created-depth', QUEUE_NAMES.profileCreated, {
      Threshold: 200,
      EvaluationPeriods: 3,
      AlarmActions: [TOPIC],
    }),
  ]
  for (const alarm of alarms) cloudwatch.alarms.put(alarm, nowMs)
}

function depthAlarm(name: string, queueName: string, changes: Partial<AlarmConfigInput>): AlarmConfigInput {
  return {
    AlarmName: name,
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: queueName }],
    Statistic: 'Maximum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    ...changes,
  }
}
