/**
 * How many e-mails came since any moment of the last day, at a bounded size: the moments that are kept grow apart with their age, so that
 * a count is exact for the last seconds and right to about a fifth of its age further back. Pairs of a moment (epoch ms) and the e-mails up to it.
 */
export type RecentCount = readonly (readonly [atMs: number, upTo: number])[]

export const NONE_RECENT: RecentCount = []

const DAY_MS = 86_400_000
/** Two kept moments lie at most this part of their age apart, unless no e-mail came between them. */
const SPACING = 0.2
/** Moments kept before they are thinned out, which halves them at least. */
const MOST_KEPT = 120

/** The count after one more e-mail; one that comes late counts as of the newest. */
export function addRecentEmail(count: RecentCount, atMs: number): RecentCount {
  // Every reason of a failure keeps the same count and is told of the same e-mails: it is made once and shared.
  if (atMs !== latest.atMs || !isSame(count, latest.before)) latest = { before: count, atMs, after: added(count, atMs) }
  return latest.after
}

let latest: { readonly before: RecentCount; readonly atMs: number; readonly after: RecentCount } = {
  before: NONE_RECENT,
  atMs: Number.NaN,
  after: NONE_RECENT,
}

function isSame(a: RecentCount, b: RecentCount): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let at = a.length - 1; at >= 0; at -= 1) if (a[at]?.[0] !== b[at]?.[0] || a[at]?.[1] !== b[at]?.[1]) return false
  return true
}

function added(count: RecentCount, atMs: number): RecentCount {
  const last = count.at(-1)
  const upTo = (last?.[1] ?? 0) + 1
  if (last !== undefined && atMs <= last[0]) return [...count.slice(0, -1), [last[0], upTo]]
  const next = [...count, [atMs, upTo]] as const
  return next.length > MOST_KEPT ? thinned(next, atMs) : next
}

function thinned(count: RecentCount, nowMs: number): RecentCount {
  const kept: (readonly [number, number])[] = []
  for (const [index, entry] of count.entries()) {
    const next = count[index + 1]
    const previous = kept.at(-1)
    const isOld = next !== undefined && next[0] < nowMs - DAY_MS
    const isClose = next !== undefined && previous !== undefined && next[0] - previous[0] < SPACING * (nowMs - entry[0])
    if (!isOld && !isClose) kept.push(entry)
  }
  return kept
}

/** E-mails that came after a moment; of one before all that is known, all. */
export function emailsSince(count: RecentCount, sinceMs: number): number {
  const total = count.at(-1)?.[1] ?? 0
  const after = count.findIndex(([atMs]) => atMs > sinceMs)
  if (after === -1) return 0
  const [nextMs, nextUpTo] = count[after] ?? [0, total]
  const [fromMs, fromUpTo] = count[after - 1] ?? [nextMs, nextUpTo - 1]
  const share = nextMs === fromMs ? 0 : (sinceMs - fromMs) / (nextMs - fromMs)
  // The newest of the stretch came at its end.
  return total - Math.min(nextUpTo - 1, fromUpTo + share * (nextUpTo - fromUpTo))
}
