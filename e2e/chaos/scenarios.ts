import { outboxScenario } from './outbox-scenario.ts'
import { pollScenario } from './poll-scenario.ts'
import { redriveScenario } from './redrive-scenario.ts'
import { ledgerScenarios } from './ledger-scenarios.ts'
import type { BareScenario, Scenario } from './scenario.ts'

/** Every scenario of the kill harness: one file each and one line here; the longest first, so that none is left at the end of a run in parallel. */
export const scenarios: readonly (Scenario | BareScenario)[] = [
  redriveScenario,
  outboxScenario,
  pollScenario,
  ...ledgerScenarios,
]
