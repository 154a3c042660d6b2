import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import type { AnyDetector } from '#lib/detect/define-detector.ts'
import { failedSpikes } from '#lib/detect/email-failed-spike.ts'
import { leaks } from '#lib/detect/flow-parity.ts'
import { concernsPeople } from '#lib/domain/incident-cause.ts'
import type { BacktestPage, BacktestRule } from './contract.ts'

/** A rule that can be tried: its live detector for any value of its setting. */
export interface TriedRule {
  readonly detector: (value: number) => AnyDetector
  readonly present: (settings: Settings) => number
  /** A value as the setting takes it. */
  readonly allowed: (value: number) => number
  readonly setting: BacktestPage['setting']
  /** Whether an incident is one that the rule looks for, by its cause. */
  readonly concerns: (causeKey: string) => boolean
  readonly yaml: (value: number) => string
}

const yamlOf = (rule: BacktestRule, name: string, value: number): string =>
  `detect:\n  ${rule}:\n    ${name}: ${value}\n`

export const TRIED_RULES: Readonly<Record<BacktestRule, TriedRule>> = {
  'flow-parity': {
    detector: (value) => leaks({ leastSent: value }),
    present: ({ detect }) => detect['flow-parity'].leastSent,
    allowed: (value) => Math.min(1000, Math.max(2, Math.round(value))),
    setting: {
      key: 'detect.flow-parity.leastSent',
      about: 'Messages, each received three times and none deleted, that are a leak',
      least: 2,
      most: 1000,
      step: 1,
    },
    concerns: (causeKey) => causeKey === 'flow' || causeKey.startsWith('queue:'),
    yaml: (value) => yamlOf('flow-parity', 'leastSent', value),
  },
  'email-failed-spike': {
    detector: (value) => failedSpikes({ caution: value }),
    present: ({ detect }) => detect['email-failed-spike'].caution,
    allowed: (value) => Math.min(100, Math.max(0.05, value)),
    setting: {
      key: 'detect.email-failed-spike.caution',
      about: 'How much surer than usual Spillway must be before it says that e-mails fail',
      least: 0.05,
      most: 100,
      step: 0.05,
    },
    concerns: concernsPeople,
    yaml: (value) => yamlOf('email-failed-spike', 'caution', value),
  },
}
