import { until } from '#e2e/processes.ts'
import type { World } from '#world/world.ts'

const UPSTREAMS = ['sqs', 'cloudwatch', 'sentry'] as const
/** A pause of this part of a beat parts one reading from the next. */
const PAUSE_SHARE = 0.4

/** When Spillway called each operation, e.g. `sqs ListQueues`, oldest first. Long polls and what follows them have no beat and are left out. */
function callTimes(world: World): Map<string, number[]> {
  const times = new Map<string, number[]>()
  for (const service of UPSTREAMS) {
    for (const { at, caller, operation } of world.log.list({ service })) {
      if (!caller.startsWith('spillway') || /^(ReceiveMessage|DeleteMessage)/.test(operation)) continue
      const key = `${service} ${operation}`
      times.set(key, [...(times.get(key) ?? []), at])
    }
  }
  return times
}

/** Starts of readings: calls that come after a pause. */
function readingStarts(times: readonly number[], beatMs: number): number[] {
  return times.filter((at, index) => at - (times[index - 1] ?? 0) > PAUSE_SHARE * beatMs)
}

/** Waits until every source was read at least twice and a first start's fetching of history is over. */
export async function untilSteady(world: World, beatMs: number): Promise<void> {
  await until(
    'nothing but the beat to be heard',
    () => {
      const times = callTimes(world)
      const metrics = times.get('cloudwatch GetMetricData') ?? []
      const isSteady = (metrics.at(-1) ?? 0) - (metrics.at(-2) ?? 0) > PAUSE_SHARE * beatMs
      const isRead = ['sqs ListQueues', 'cloudwatch DescribeAlarms'].every((key) => (times.get(key)?.length ?? 0) >= 2)
      const isSentryRead = [...times].some(([key, calls]) => key.startsWith('sentry ') && calls.length >= 2)
      return (isRead && isSentryRead && metrics.length >= 2 && isSteady) || undefined
    },
    90_000,
  )
}

/**
 * Calls by operation over that many of its readings' intervals from `fromMs` on. Each operation is counted from its own next reading to
 * half an interval before the reading after the last, so that sandboxes whose beats are out of step are compared over as many readings.
 * Waits until that time has passed.
 */
export async function countCalls(
  world: World,
  { fromMs, intervals, beatMs }: { fromMs: number; intervals: number; beatMs: number },
): Promise<Record<string, number>> {
  const longMs = (intervals - 0.5) * beatMs
  const untilMs = fromMs + 1.1 * beatMs + longMs
  await until(`${intervals} intervals to pass`, () => Date.now() >= untilMs || undefined, untilMs - Date.now() + 5_000)
  const counts: Record<string, number> = {}
  for (const [key, times] of callTimes(world)) {
    const startMs = readingStarts(times, beatMs).find((at) => at >= fromMs)
    if (startMs !== undefined) counts[key] = times.filter((at) => at >= startMs && at < startMs + longMs).length
  }
  return counts
}

/** Names each operation of which one made more calls than the other, by more than one. */
export function callDifferences(one: Record<string, number>, other: Record<string, number>): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((key) => Math.abs((one[key] ?? 0) - (other[key] ?? 0)) > 1)
    .map((key) => `${key}: ${one[key] ?? 0} and ${other[key] ?? 0}`)
}
