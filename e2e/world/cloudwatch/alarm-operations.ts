import { z } from 'zod'

import { ALARM_STATES } from './alarm.ts'
import type { Alarm, HistoryItem } from './alarm.ts'
import type { AlarmBook } from './alarm-book.ts'
import { validationError } from './aws-error.ts'

const ARN_PREFIX = 'arn:aws:cloudwatch:eu-west-2:000000000000:alarm:'
const paging = { MaxRecords: z.number().int().min(1).max(100).default(50), NextToken: z.string().optional() }
const describeSchema = z.object({
  ...paging,
  AlarmNames: z.array(z.string()).max(100).optional(),
  AlarmNamePrefix: z.string().optional(),
  AlarmTypes: z.array(z.enum(['MetricAlarm', 'CompositeAlarm'])).default(['MetricAlarm']),
  StateValue: z.enum(ALARM_STATES).optional(),
  ActionPrefix: z.string().optional(),
})
const historySchema = z.object({
  ...paging,
  MaxRecords: z.number().int().min(1).max(100).default(100),
  AlarmName: z.string().optional(),
  HistoryItemType: z.enum(['ConfigurationUpdate', 'StateUpdate', 'Action']).optional(),
  StartDate: z.number().optional(),
  EndDate: z.number().optional(),
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
})
const stateSchema = z.object({
  AlarmName: z.string(),
  StateValue: z.enum(ALARM_STATES),
  StateReason: z.string(),
  StateReasonData: z.string().optional(),
})
const namesSchema = z.object({ AlarmNames: z.array(z.string()).max(100) })

type Operation = (body: unknown, book: AlarmBook, nowMs: number) => object

/** The alarm operations by their names on the wire. */
export const ALARM_OPERATIONS: Readonly<Record<string, Operation>> = {
  PutMetricAlarm: (body, book, nowMs) => {
    book.put(body, nowMs)
    return {}
  },
  SetAlarmState: (body, book, nowMs) => {
    const { AlarmName, StateReason, StateReasonData, StateValue } = parse(stateSchema, body)
    book.setState(
      { name: AlarmName, state: StateValue, reason: StateReason, reasonData: StateReasonData ?? null },
      nowMs,
    )
    return {}
  },
  DeleteAlarms: (body, book) => {
    book.delete(parse(namesSchema, body).AlarmNames)
    return {}
  },
  EnableAlarmActions: (body, book) => {
    book.setActionsEnabled(parse(namesSchema, body).AlarmNames, true)
    return {}
  },
  DisableAlarmActions: (body, book) => {
    book.setActionsEnabled(parse(namesSchema, body).AlarmNames, false)
    return {}
  },
  DescribeAlarms: (body, book) => {
    const request = parse(describeSchema, body)
    const wanted = book.list().filter((alarm) => isWanted(alarm, request))
    const page = cut(wanted, request)
    return { MetricAlarms: page.items.map(renderAlarm), CompositeAlarms: [], ...page.token }
  },
  DescribeAlarmHistory: (body, book, nowMs) => {
    const request = parse(historySchema, body)
    const wanted = book
      .listHistory(nowMs)
      .filter(
        (item) =>
          (request.AlarmName === undefined || item.alarmName === request.AlarmName) &&
          (request.HistoryItemType === undefined || item.type === request.HistoryItemType) &&
          (request.StartDate === undefined || item.atMs >= request.StartDate * 1000) &&
          (request.EndDate === undefined || item.atMs <= request.EndDate * 1000),
      )
    const page = cut(request.ScanBy === 'TimestampDescending' ? wanted : wanted.toReversed(), request)
    return { AlarmHistoryItems: page.items.map(renderHistoryItem), ...page.token }
  },
}

function isWanted(alarm: Alarm, request: z.output<typeof describeSchema>): boolean {
  const { config } = alarm
  const actions = [...config.AlarmActions, ...config.OKActions, ...config.InsufficientDataActions]
  return (
    request.AlarmTypes.includes('MetricAlarm') &&
    (request.AlarmNames?.includes(config.AlarmName) ?? true) &&
    config.AlarmName.startsWith(request.AlarmNamePrefix ?? '') &&
    (request.StateValue === undefined || alarm.state === request.StateValue) &&
    (request.ActionPrefix === undefined || actions.some((action) => action.startsWith(request.ActionPrefix ?? '')))
  )
}

function renderAlarm(alarm: Alarm): object {
  return {
    ...alarm.config,
    AlarmArn: `${ARN_PREFIX}${alarm.config.AlarmName}`,
    AlarmConfigurationUpdatedTimestamp: alarm.configUpdatedAtMs / 1000,
    StateValue: alarm.state,
    StateReason: alarm.reason,
    ...(alarm.reasonData === null ? {} : { StateReasonData: alarm.reasonData }),
    StateUpdatedTimestamp: alarm.stateUpdatedAtMs / 1000,
    StateTransitionedTimestamp: alarm.stateUpdatedAtMs / 1000,
  }
}

function renderHistoryItem(item: HistoryItem): object {
  return {
    AlarmName: item.alarmName,
    AlarmType: 'MetricAlarm',
    Timestamp: item.atMs / 1000,
    HistoryItemType: item.type,
    HistorySummary: item.summary,
    HistoryData: item.data,
  }
}

function cut<T>(
  all: readonly T[],
  request: { MaxRecords: number; NextToken?: string | undefined },
): { items: readonly T[]; token: object } {
  const offset = request.NextToken === undefined ? 0 : Number(request.NextToken)
  if (!Number.isInteger(offset)) throw validationError('The value for parameter NextToken is invalid.')
  const end = offset + request.MaxRecords
  return { items: all.slice(offset, end), token: end < all.length ? { NextToken: String(end) } : {} }
}

export function parse<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw validationError(`1 validation error detected: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`)
}
