import { CloudWatchError, validationError } from './aws-error.ts'
import { alarmConfigSchema } from './alarm.ts'
import type { Alarm, AlarmConfig, AlarmState, HistoryItem } from './alarm.ts'
import { describeJudgement, evaluateAlarm, EXTRA_PERIODS } from './evaluate-alarm.ts'
import type { MetricId } from './metric-store.ts'

const HISTORY_DAYS = 30

/** Reads the statistic of each of the periods, oldest first, null where there is none. */
export type ReadPeriods = (request: {
  readonly metric: MetricId
  readonly config: AlarmConfig
  readonly endMs: number
  readonly periods: number
}) => readonly (number | null)[]

export interface StateChange {
  readonly name: string
  readonly state: AlarmState
  readonly reason: string
  /** JSON, where the caller gives one. */
  readonly reasonData?: string | null
}

/** The alarms, their states and what happened to them. History outlives its alarm. */
export class AlarmBook {
  readonly #alarms = new Map<string, Alarm>()
  readonly #history: HistoryItem[] = []

  /** Creates or replaces an alarm. A new one starts without enough data; a replaced one keeps its state until it is evaluated. */
  put(input: unknown, nowMs: number): void {
    const parsed = alarmConfigSchema.safeParse(input)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      throw validationError(`1 validation error detected: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`)
    }
    const config = parsed.data
    const known = this.#alarms.get(config.AlarmName)
    this.#alarms.set(config.AlarmName, {
      config,
      state: known?.state ?? 'INSUFFICIENT_DATA',
      reason: known?.reason ?? 'Unchecked: Initial alarm creation',
      reasonData: known?.reasonData ?? null,
      stateUpdatedAtMs: known?.stateUpdatedAtMs ?? nowMs,
      configUpdatedAtMs: nowMs,
    })
    const verb = known === undefined ? 'created' : 'updated'
    this.#note({
      alarmName: config.AlarmName,
      atMs: nowMs,
      type: 'ConfigurationUpdate',
      summary: `Alarm "${config.AlarmName}" ${verb}`,
      data: JSON.stringify({ version: '1.0', type: known === undefined ? 'Create' : 'Update', updatedAlarm: config }),
    })
  }

  /** Throws ResourceNotFound. */
  setState(change: StateChange, nowMs: number): void {
    const { name, reason, reasonData = null, state } = change
    const alarm = this.#get(name)
    const before = { stateValue: alarm.state, stateReason: alarm.reason }
    const hasChanged = alarm.state !== state
    Object.assign(alarm, { state, reason, reasonData, stateUpdatedAtMs: nowMs })
    if (!hasChanged) return
    this.#note({
      alarmName: name,
      atMs: nowMs,
      type: 'StateUpdate',
      summary: `Alarm updated from ${before.stateValue} to ${state}`,
      data: JSON.stringify({ version: '1.0', oldState: before, newState: { stateValue: state, stateReason: reason } }),
    })
    for (const action of actionsOf(alarm)) this.#noteAction(name, action, nowMs)
  }

  /** Evaluates every alarm on the periods that ended `settleMs` ago, by when CloudWatch serves their datapoints. */
  evaluate(nowMs: number, read: ReadPeriods, settleMs: number): void {
    for (const alarm of this.#alarms.values()) {
      const { config } = alarm
      const periodMs = config.Period * 1000
      const endMs = Math.floor((nowMs - settleMs) / periodMs) * periodMs
      const periods = config.EvaluationPeriods + EXTRA_PERIODS
      const metric = { namespace: config.Namespace, name: config.MetricName, dimensions: config.Dimensions }
      const points = read({ metric, config, endMs, periods })
      const judgement = evaluateAlarm(config, points, alarm.state)
      const isFirst = alarm.reason.startsWith('Unchecked') && judgement.datapoints.length > 0
      if (judgement.state === alarm.state && !isFirst) continue
      this.setState(
        { name: config.AlarmName, state: judgement.state, reason: describeJudgement(config, judgement) },
        nowMs,
      )
    }
  }

  setActionsEnabled(names: readonly string[], isEnabled: boolean): void {
    for (const name of names) {
      const alarm = this.#alarms.get(name)
      if (alarm !== undefined) alarm.config = { ...alarm.config, ActionsEnabled: isEnabled }
    }
  }

  delete(names: readonly string[]): void {
    for (const name of names) this.#alarms.delete(name)
  }

  list(): Alarm[] {
    return [...this.#alarms.values()].toSorted((a, b) => (a.config.AlarmName < b.config.AlarmName ? -1 : 1))
  }

  /** Newest first; CloudWatch keeps 30 days. */
  listHistory(nowMs: number): HistoryItem[] {
    const fromMs = nowMs - HISTORY_DAYS * 86_400_000
    return this.#history.filter((item) => item.atMs >= fromMs).toReversed()
  }

  #get(name: string): Alarm {
    const alarm = this.#alarms.get(name)
    if (alarm === undefined) throw new CloudWatchError('ResourceNotFound', `The alarm ${name} does not exist`, 404)
    return alarm
  }

  #noteAction(alarmName: string, action: string, atMs: number): void {
    const data = { actionState: 'Succeeded', notificationResource: action, stateUpdateTimestamp: atMs }
    const summary = `Successfully executed action ${action}`
    this.#note({ alarmName, atMs, type: 'Action', summary, data: JSON.stringify(data) })
  }

  #note(item: HistoryItem): void {
    this.#history.push(item)
  }
}

function actionsOf(alarm: Alarm): readonly string[] {
  if (!alarm.config.ActionsEnabled) return []
  if (alarm.state === 'ALARM') return alarm.config.AlarmActions
  return alarm.state === 'OK' ? alarm.config.OKActions : alarm.config.InsufficientDataActions
}
