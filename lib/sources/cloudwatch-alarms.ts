import { DescribeAlarmsCommand, type CompositeAlarm, type MetricAlarm } from '@aws-sdk/client-cloudwatch'
import { z } from 'zod'
import { getCloudWatchClient } from '#lib/aws/clients.ts'
import { awsReach, placesOf, placeWords, type AwsPlace } from '#lib/aws/places.ts'
import type { Alarm } from '#lib/domain/alarm.ts'
import { nameAt, scopeOfPlace } from '#lib/domain/queue.ts'
import type { Reading } from '#lib/domain/reading.ts'
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

/** Names of the alarms of each place, by its scope, as last told. */
const cursorSchema = z.object({ names: z.record(z.string(), z.array(z.string())) })

/**
 * All alarms of every place, metric and composite; they replace those known before. Those of a place that does not answer stay as they
 * were, and are not known.
 */
async function poll(context: PollContext): Promise<PollResult> {
  const parsed = cursorSchema.safeParse(context.cursor)
  const known = parsed.success ? parsed.data.names : {}
  const places = placesOf(awsReach(context.env, context.settings)).filter(({ hasCloudwatch }) => hasCloudwatch)
  const reads = await Promise.all(places.map((place) => readPlace(context, place)))
  const [first] = reads
  if (first?.kind === 'failed' && reads.every(({ kind }) => kind === 'failed')) throw first.error
  const atMs = context.nowMs()
  const alarms = reads.flatMap((read) => (read.kind === 'told' ? read.alarms : []))
  const unread = reads.flatMap(({ kind, scope }) => (kind === 'failed' ? (known[scope] ?? []) : []))
  return {
    readings: [{ kind: 'alarms', atMs, alarms, unread }, ...reads.flatMap((read) => gapOf(read, atMs))],
    cursor: {
      names: Object.fromEntries(
        reads.map((read) => [
          read.scope,
          read.kind === 'told' ? read.alarms.map(({ name }) => name) : (known[read.scope] ?? []),
        ]),
      ),
    },
  }
}

type PlaceRead =
  | { readonly kind: 'told'; readonly scope: string; readonly alarms: readonly Alarm[] }
  | { readonly kind: 'failed'; readonly scope: string; readonly error: SourceError }

function gapOf(read: PlaceRead, atMs: number): Reading[] {
  if (read.kind === 'told') return []
  const { reason, message } = read.error
  return [{ kind: 'gap', scope: read.scope, reason, message, atMs }]
}

async function readPlace(context: PollContext, place: AwsPlace): Promise<PlaceRead> {
  const scope = scopeOfPlace(place.name)
  try {
    return { kind: 'told', scope, alarms: await listAlarms(context, place) }
  } catch (error) {
    if (error instanceof SourceError) return { kind: 'failed', scope, error }
    throw error
  }
}

async function listAlarms(context: PollContext, place: AwsPlace): Promise<readonly Alarm[]> {
  const alarms: Alarm[] = []
  let next: string | undefined
  do {
    const page = await askPage(context, place, next)
    alarms.push(...(page.MetricAlarms ?? []).map(metricAlarmOf), ...(page.CompositeAlarms ?? []).map(compositeAlarmOf))
    next = page.NextToken
  } while (next !== undefined)
  // Two places may have alarms of one name, and queues too.
  return alarms.map((alarm) => ({
    ...alarm,
    name: nameAt(alarm.name, place.name),
    queue: alarm.queue === null ? null : nameAt(alarm.queue, place.name),
  }))
}

function askPage(context: PollContext, place: AwsPlace, next: string | undefined) {
  const client = getCloudWatchClient(place)
  const command = new DescribeAlarmsCommand({
    // Composite alarms are left out by CloudWatch unless they are asked for.
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    MaxRecords: 100,
    ...(next === undefined ? {} : { NextToken: next }),
  })
  const call = {
    service: 'CloudWatch',
    operation: 'DescribeAlarms',
    permission: 'cloudwatch:DescribeAlarms',
    ...(place.name === null ? {} : { subject: placeWords(place) }),
  } as const
  return askAws(call, context, () => client.send(command))
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
