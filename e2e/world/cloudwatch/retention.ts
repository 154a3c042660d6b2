const DAY_SECONDS = 86_400

/** How long CloudWatch keeps points of each width: a finer request about an older time gets nothing. */
const TIERS = [
  { olderThanDays: 455, leastPeriodSeconds: Number.POSITIVE_INFINITY },
  { olderThanDays: 63, leastPeriodSeconds: 3600 },
  { olderThanDays: 15, leastPeriodSeconds: 300 },
  { olderThanDays: 0, leastPeriodSeconds: 1 },
] as const

/** Whether a point of this width is still kept at this age. */
export function isRetained(atMs: number, periodSeconds: number, nowMs: number): boolean {
  const tier = tierOf(atMs, nowMs)
  return periodSeconds >= tier.leastPeriodSeconds
}

/** Rounds a start down as CloudWatch does: to the minute, past 15 days to five minutes, past 63 days to the hour. */
export function roundStartMs(startMs: number, nowMs: number): number {
  const { leastPeriodSeconds } = tierOf(startMs, nowMs)
  const stepMs = Math.max(60, Number.isFinite(leastPeriodSeconds) ? leastPeriodSeconds : 3600) * 1000
  return Math.floor(startMs / stepMs) * stepMs
}

function tierOf(atMs: number, nowMs: number): (typeof TIERS)[number] {
  const ageSeconds = (nowMs - atMs) / 1000
  return TIERS.find((tier) => ageSeconds > tier.olderThanDays * DAY_SECONDS) ?? TIERS[3]
}
