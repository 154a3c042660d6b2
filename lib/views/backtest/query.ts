import 'server-only'
import { setImmediate as breathe } from 'node:timers/promises'
import { startBacktest } from '#lib/detect/backtest.ts'
import type { DetectEvent } from '#lib/detect/define-detector.ts'
import type { TimedFinding } from '#lib/detect/fold-findings.ts'
import { backtestHeadline } from '#lib/domain/backtest-headline.ts'
import { incidentName } from '#lib/domain/incident.ts'
import { judgeFirings, type Recorded } from '#lib/domain/judge-firings.ts'
import { listIncidents } from '#lib/store/incidents.ts'
import { readView, type ViewContext } from '#lib/views/read-view.ts'
import { blindOf, loadSight } from '#lib/views/source-statuses.ts'
import { BACKTEST_RULES, backtestView, type BacktestPage, type BacktestRun } from './contract.ts'
import { TRIED_RULES, type TriedRule } from './rules.ts'
import { tellAgain } from './told-again.ts'

const DAY_MS = 86_400_000
const RANGE_MS = { '7d': 7 * DAY_MS, '30d': 30 * DAY_MS, '90d': 90 * DAY_MS } as const
const MOST_INCIDENTS = 500
/** Events between two breaths, so that the pages of others do not wait. */
const EVENTS_A_BREATH = 50

interface Asked {
  readonly rule: BacktestPage['rule']
  readonly range: BacktestPage['range']
  readonly value?: number | undefined
}

/** What a rule would have said of the past, by the detectors that run live, as it is set and with another value. */
export async function loadBacktest(asked: Asked, context: ViewContext): Promise<BacktestPage> {
  const { nowMs, settings } = context
  const rule = TRIED_RULES[asked.rule]
  const fromMs = nowMs - RANGE_MS[asked.range]
  const told = await tellAgain(asked.rule, { fromMs, toMs: nowMs }, context)
  const recorded = await recordedOf(rule, { fromMs, toMs: told.toMs }, context)
  const value = rule.present(settings)
  const present = await runOf(rule, value, told.events, recorded)
  const other = asked.value === undefined ? value : rule.allowed(asked.value)
  const tried = other === value ? null : await runOf(rule, other, told.events, recorded)
  const sight = await loadSight(context)
  const readings = told.events.filter((event) => event.atMs >= fromMs).length
  return {
    nowMs,
    headline: backtestHeadline({
      days: RANGE_MS[asked.range] / DAY_MS,
      told: readings,
      recorded: recorded.length,
      present,
      tried,
    }),
    blind: blindOf(sight.statuses),
    rule: asked.rule,
    range: asked.range,
    rules: BACKTEST_RULES.map((id) => ({ id, title: TRIED_RULES[id].detector(1).title })),
    words: rule.detector(value).rule,
    setting: rule.setting,
    fromMs,
    toMs: told.toMs,
    isCut: told.isCut,
    told: readings,
    recorded: recorded.length,
    present,
    tried,
    yaml: tried === null ? null : rule.yaml(other),
  }
}

export const backtestQuery = readView(backtestView, (params, context) => loadBacktest(params, context))

async function recordedOf(
  rule: TriedRule,
  range: { readonly fromMs: number; readonly toMs: number },
  { tx }: ViewContext,
): Promise<readonly Recorded[]> {
  const incidents = await listIncidents(tx, { ...range, limit: MOST_INCIDENTS })
  return incidents
    .filter(({ isBlind, causeKey }) => !isBlind && rule.concerns(causeKey))
    .map(({ number, title, sinceMs, resolvedMs }) => {
      return { name: incidentName(number), title, sinceMs, toMs: resolvedMs }
    })
}

async function runOf(
  rule: TriedRule,
  value: number,
  events: readonly DetectEvent[],
  recorded: readonly Recorded[],
): Promise<BacktestRun> {
  const test = startBacktest([rule.detector(value)])
  for (const [index, event] of events.entries()) {
    test.tell(event)
    if (index % EVENTS_A_BREATH === EVENTS_A_BREATH - 1) await breathe()
  }
  const judged = judgeFirings(test.result().findings.map(firingOf), recorded)
  const delays = judged.firings.map(({ openedMs, sinceMs }) => Math.max(0, openedMs - sinceMs))
  return {
    value,
    firings: judged.firings.toReversed(),
    found: judged.found.length,
    needless: judged.needless,
    meanDelayMs: delays.length === 0 ? null : delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
    missed: judged.missed.map(({ name, title, sinceMs }) => ({ name, title, sinceMs })),
  }
}

function firingOf({ title, sinceMs, openedMs, closedMs }: TimedFinding) {
  return { title, sinceMs, openedMs, toMs: closedMs }
}
