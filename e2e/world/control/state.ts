import type { FaultState, Story } from '#world/faults.ts'
import type { PersonWithout } from '#world/record.ts'
import { describeShortening } from '#world/spillway-settings.ts'
import type { Endpoints } from '#world/spillway-settings.ts'

import type { ControlledWorld } from './server.ts'

const RECENT_MS = 60_000

/** The sandbox as its page and tests see it. */
export interface ControlState {
  readonly speed: number
  /** Which durations are shortened, in words. */
  readonly note: string
  readonly isTraffic: boolean
  readonly story: Story
  readonly faults: readonly FaultState[]
  readonly endpoints: Endpoints | null
  readonly profiles: number
  readonly without: readonly PersonWithout[]
  /** How many of those have no address in the source system either. */
  readonly withoutAddress: number
  readonly outcomes: Readonly<Record<string, number>>
  /** Calls of the last minute, by caller and operation. */
  readonly recentCalls: readonly { readonly caller: string; readonly operation: string; readonly count: number }[]
}

export function readState(world: ControlledWorld, endpoints: Endpoints | null): ControlState {
  const { durations, faults, log, record, speed } = world
  const nowMs = Date.now()
  const without = record.listWithout({
    nowMs,
    withoutAfterMs: durations.withoutAfterMinutes * 60_000,
    overdueAfterMs: durations.overdueAfterMinutes * 60_000,
  })
  const addressless = new Set(record.listWithoutAddress())
  const counts = new Map<string, number>()
  for (const call of log.list().filter(({ at }) => nowMs - at < RECENT_MS)) {
    const key = `${call.caller}\t${call.service} ${call.operation}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const recentCalls = [...counts]
    .map(([key, count]) => ({ caller: key.split('\t')[0] ?? '', operation: key.split('\t')[1] ?? '', count }))
    .toSorted((a, b) => a.caller.localeCompare(b.caller) || b.count - a.count)
  return {
    speed,
    note: describeShortening(durations, speed),
    isTraffic: world.isTraffic,
    story: faults.story,
    faults: faults.list(),
    endpoints,
    profiles: record.listProfiles().length,
    without,
    withoutAddress: without.filter(({ traineeTisId }) => addressless.has(traineeTisId)).length,
    outcomes: record.countByStatus(),
    recentCalls,
  }
}
