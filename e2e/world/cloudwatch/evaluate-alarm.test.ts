import { describe, expect, test } from 'vitest'

import { alarmConfigSchema, MISSING_DATA_MODES } from './alarm.ts'
import type { AlarmState, MissingDataMode } from './alarm.ts'
import { describeJudgement, evaluateAlarm } from './evaluate-alarm.ts'

/** `X` breaches, `0` does not, `-` is missing; oldest first, five periods as AWS's own tables have them. */
function points(pattern: string): (number | null)[] {
  return pattern.split(' ').map((mark) => (mark === '-' ? null : mark === 'X' ? 10 : 0))
}

function alarm(mode: MissingDataMode, datapointsToAlarm: number) {
  return alarmConfigSchema.parse({
    AlarmName: 'depth',
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Statistic: 'Maximum',
    Period: 60,
    EvaluationPeriods: 3,
    DatapointsToAlarm: datapointsToAlarm,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: mode,
  })
}

const KEPT = 'kept'
type Expected = AlarmState | typeof KEPT

/** The tables of "Configuring how CloudWatch alarms treat missing data", columns missing, ignore, breaching, notBreaching. */
const THREE_OF_THREE: readonly [string, Expected, Expected, Expected, Expected][] = [
  ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', 'INSUFFICIENT_DATA', KEPT, 'ALARM', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - X - -', 'ALARM', KEPT, 'ALARM', 'OK'],
]
const TWO_OF_THREE: readonly [string, Expected, Expected, Expected, Expected][] = [
  ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - X -', 'ALARM', KEPT, 'ALARM', 'OK'],
]

describe.each([
  ['3 of 3', 3, THREE_OF_THREE],
  ['2 of 3', 2, TWO_OF_THREE],
] as const)('an alarm of %s datapoints', (_name, needed, table) => {
  for (const [pattern, ...expected] of table) {
    for (const [index, mode] of MISSING_DATA_MODES.entries()) {
      const wanted = expected[index] ?? KEPT
      test(`judges ${pattern} with missing data "${mode}" as ${wanted}`, () => {
        for (const current of ['OK', 'INSUFFICIENT_DATA'] as const) {
          const { state } = evaluateAlarm(alarm(mode, needed), points(pattern), current)
          expect(state).toBe(wanted === KEPT ? current : wanted)
        }
      })
    }
  }
})

test('a young breach alone does not raise a "missing" alarm of three datapoints before its time', () => {
  expect(evaluateAlarm(alarm('missing', 3), points('- - - - X'), 'OK').state).toBe('OK')
})

test('the reason tells how many datapoints crossed the threshold, and how many were unknown', () => {
  const config = alarm('breaching', 2)
  expect(describeJudgement(config, evaluateAlarm(config, points('0 0 X 0 X'), 'OK'))).toBe(
    'Threshold Crossed: 2 out of the last 3 datapoints [10, 10] were greater than the threshold (5) (minimum 2 datapoints for OK -> ALARM transition).',
  )
  const missing = alarm('missing', 3)
  expect(describeJudgement(missing, evaluateAlarm(missing, points('- - - - -'), 'OK'))).toBe(
    'Insufficient Data: 3 datapoints were unknown.',
  )
})
