import { z } from 'zod'
import { defineView } from '#lib/views/define-view.ts'
import type { PageBase } from '#lib/views/shared.ts'

export const BACKTEST_RULES = ['flow-parity', 'email-failed-spike'] as const
export type BacktestRule = (typeof BACKTEST_RULES)[number]
export const BACKTEST_RANGES = ['7d', '30d', '90d'] as const
export type BacktestRange = (typeof BACKTEST_RANGES)[number]

/** A time at which the rule would have held. */
export interface FiringRow {
  readonly title: string
  readonly sinceMs: number
  /** When it would have been said. */
  readonly openedMs: number
  readonly toMs: number | null
  /** Name of the recorded incident that it lies in; null for none. */
  readonly incident: string | null
}

/** What the rule would have done with one value of its setting. */
export interface BacktestRun {
  readonly value: number
  readonly firings: readonly FiringRow[]
  readonly found: number
  /** Firings of which no incident is recorded. */
  readonly needless: number
  /** Mean time from the beginning to the moment at which it would have been said, ms; null where it never fired. */
  readonly meanDelayMs: number | null
  readonly missed: readonly { readonly name: string; readonly title: string; readonly sinceMs: number }[]
}

export interface BacktestPage extends PageBase {
  readonly rule: BacktestRule
  readonly range: BacktestRange
  readonly rules: readonly { readonly id: BacktestRule; readonly title: string }[]
  /** What the rule says and when, as it is set now. */
  readonly words: string
  readonly setting: {
    /** Path in spillway.yaml. */
    readonly key: string
    readonly about: string
    readonly least: number
    readonly most: number
    readonly step: number
  }
  readonly fromMs: number
  /** Earlier than now where more is stored than is told again. */
  readonly toMs: number
  readonly isCut: boolean
  /** Readings or e-mail events that were told again within the range. */
  readonly told: number
  /** Recorded incidents of the range that the rule could have found. */
  readonly recorded: number
  readonly present: BacktestRun
  /** Null while no other value is tried. */
  readonly tried: BacktestRun | null
  /** Lines for spillway.yaml that keep what was tried; null without. */
  readonly yaml: string | null
}

export const backtestView = defineView<BacktestPage>()({
  name: 'backtest',
  audience: 'viewer',
  params: z.strictObject({
    rule: z.enum(BACKTEST_RULES).default('flow-parity'),
    range: z.enum(BACKTEST_RANGES).default('30d'),
    value: z.coerce.number().positive().max(1000).optional(),
  }),
  topics: [],
})
