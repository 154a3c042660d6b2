import {
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from 'vitest'
import { MINUTE_MS, useBench } from './fixtures/use-bench.ts'

const start = useBench()

describe('alarms', () => {
  const alarm = {
    AlarmName: 'orders-depth',
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: 'orders' }],
    Statistic: 'Maximum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    AlarmActions: ['arn:aws:sns:eu-west-2:000000000000:monitoring'],
  } as const

  test('start without enough data, go off with the traffic, and their history tells it with the action', async () => {
    const { client, moveTo, queue } = await start()
    const state = async () => {
      const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({}))
      return MetricAlarms.map(({ StateValue, TreatMissingData }) => [StateValue, TreatMissingData])
    }
    await client.send(
      new PutMetricAlarmCommand({ ...alarm, AlarmActions: [...alarm.AlarmActions], Dimensions: [...alarm.Dimensions] }),
    )
    expect(await state()).toEqual([['INSUFFICIENT_DATA', 'missing']])
    moveTo(MINUTE_MS)
    moveTo(4 * MINUTE_MS)
    expect(await state()).toEqual([['OK', 'missing']])
    queue.visible = 7
    for (let minute = 5; minute <= 9; minute += 1) moveTo(minute * MINUTE_MS)
    expect(await state()).toEqual([['ALARM', 'missing']])
    const { AlarmHistoryItems = [] } = await client.send(new DescribeAlarmHistoryCommand({ AlarmName: 'orders-depth' }))
    expect(AlarmHistoryItems.map(({ HistoryItemType, HistorySummary }) => [HistoryItemType, HistorySummary])).toEqual([
      ['Action', 'Successfully executed action arn:aws:sns:eu-west-2:000000000000:monitoring'],
      ['StateUpdate', 'Alarm updated from OK to ALARM'],
      ['StateUpdate', 'Alarm updated from INSUFFICIENT_DATA to OK'],
      ['ConfigurationUpdate', 'Alarm "orders-depth" created'],
    ])
  })

  test('are listed page by page and filtered by state', async () => {
    const { client } = await start()
    for (const name of ['a', 'b', 'c'])
      await client.send(new PutMetricAlarmCommand({ ...alarm, AlarmActions: [], Dimensions: [], AlarmName: name }))
    await client.send(new SetAlarmStateCommand({ AlarmName: 'b', StateValue: 'ALARM', StateReason: 'by hand' }))
    const first = await client.send(new DescribeAlarmsCommand({ MaxRecords: 2 }))
    const second = await client.send(new DescribeAlarmsCommand({ MaxRecords: 2, NextToken: first.NextToken }))
    expect([first, second].map((page) => page.MetricAlarms?.map(({ AlarmName }) => AlarmName))).toEqual([
      ['a', 'b'],
      ['c'],
    ])
    expect(second.NextToken).toBeUndefined()
    const alarming = await client.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }))
    expect(alarming.MetricAlarms?.map(({ AlarmName, StateReason }) => [AlarmName, StateReason])).toEqual([
      ['b', 'by hand'],
    ])
  })

  test('that do not exist are refused by name', async () => {
    const { client } = await start()
    const set = new SetAlarmStateCommand({ AlarmName: 'nobody', StateValue: 'OK', StateReason: 'x' })
    await expect(client.send(set)).rejects.toMatchObject({ name: 'ResourceNotFound' })
  })
})
