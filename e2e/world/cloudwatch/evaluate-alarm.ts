import type { AlarmConfig, AlarmState, Comparison } from './alarm.ts'

type Mark = 'ok' | 'breach' | 'missing'

export interface AlarmJudgement {
  readonly state: AlarmState
  /** The real datapoints that were looked at, newest first. */
  readonly datapoints: readonly number[]
  /** How many of the evaluated periods had no datapoint. */
  readonly missing: number
}

/** How many periods CloudWatch fetches beyond the evaluated ones, to find real datapoints for missing ones. */
export const EXTRA_PERIODS = 2

/**
 * Judges an alarm as AWS documents it ("Configuring how CloudWatch alarms treat missing data"). `points` are the periods of the evaluation
 * range, oldest first, null where nothing came. Only when fewer real points than evaluated periods exist are missing ones filled.
 */
export function evaluateAlarm(
  config: AlarmConfig,
  points: readonly (number | null)[],
  current: AlarmState,
): AlarmJudgement {
  const { EvaluationPeriods: evaluated, TreatMissingData: mode } = config
  const needed = config.DatapointsToAlarm ?? evaluated
  const newestFirst = points.toReversed()
  const real = newestFirst.filter((value) => value !== null).slice(0, evaluated)
  const missing = evaluated - real.length
  const judgement = { datapoints: real, missing }
  const marks = real.map((value) => (isBreaching(value, config.Threshold, config.ComparisonOperator) ? 'breach' : 'ok'))
  const breaching = marks.filter((mark) => mark === 'breach').length + (mode === 'breaching' ? missing : 0)
  const fine = marks.filter((mark) => mark === 'ok').length + (mode === 'notBreaching' ? missing : 0)
  if (breaching >= needed) return { ...judgement, state: 'ALARM' }
  if (fine > 0) return { ...judgement, state: 'OK' }
  if (mode === 'ignore') return { ...judgement, state: current }
  if (real.length === 0) return { ...judgement, state: 'INSUFFICIENT_DATA' }
  const judged: Mark[] = newestFirst.map((value) => (value === null ? 'missing' : 'breach'))
  return { ...judgement, state: isOldBreach(judged, needed) ? 'ALARM' : current }
}

/** Everything real breaches, but too little of it is there: an alarm only if the oldest breach is at least as old as the datapoints to alarm. */
function isOldBreach(newestFirst: readonly Mark[], needed: number): boolean {
  return newestFirst.lastIndexOf('breach') + 1 >= needed
}

export function isBreaching(value: number, threshold: number, comparison: Comparison): boolean {
  if (comparison === 'GreaterThanOrEqualToThreshold') return value >= threshold
  if (comparison === 'GreaterThanThreshold') return value > threshold
  return comparison === 'LessThanThreshold' ? value < threshold : value <= threshold
}

const COMPARISON_WORDS: Readonly<Record<Comparison, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
}

function plural(count: number): string {
  return `${count} datapoint${count === 1 ? '' : 's'}`
}

/** The reason as CloudWatch words it. */
export function describeJudgement(config: AlarmConfig, judgement: AlarmJudgement): string {
  const { datapoints, missing } = judgement
  if (datapoints.length === 0) return `Insufficient Data: ${plural(missing)} ${missing === 1 ? 'was' : 'were'} unknown.`
  const toAlarm = config.DatapointsToAlarm ?? config.EvaluationPeriods
  const isAlarm = judgement.state === 'ALARM'
  const crossing = datapoints.filter(
    (value) => isBreaching(value, config.Threshold, config.ComparisonOperator) === isAlarm,
  )
  const verb = `${crossing.length === 1 ? 'was' : 'were'} ${isAlarm ? '' : 'not '}${COMPARISON_WORDS[config.ComparisonOperator]}`
  const unknown = missing > 0 ? ` and ${plural(missing)} ${missing === 1 ? 'was' : 'were'} unknown` : ''
  const turn = isAlarm ? ` (minimum ${plural(toAlarm)} for OK -> ALARM transition)` : ''
  return (
    `Threshold Crossed: ${crossing.length} out of the last ${plural(datapoints.length)} [${crossing.join(', ')}] ` +
    `${verb} the threshold (${config.Threshold})${unknown}${turn}.`
  )
}
