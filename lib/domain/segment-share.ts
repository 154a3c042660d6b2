/** E-mails of one segment (an office, a type, a mail domain): now, and in the time before. */
export interface SegmentCounts {
  readonly total: number
  readonly failed: number
  readonly usualTotal: number
  readonly usualFailed: number
}

export interface SegmentVerdict {
  /** 0 to 1; null without any e-mail. */
  readonly share: number | null
  /** What share is usual, 0 to 1; null where nothing is known of the time before. */
  readonly usual: number | null
  /** More fails than is usual for it, so much that chance does not explain it. */
  readonly isUnusual: boolean
  /** It is unusual, and more fails than in the others at the same time: where everything fails, no segment is the place. */
  readonly standsOut: boolean
}

/** Weight of what is usual for all, in e-mails: a segment that was hardly seen before is judged by the others. */
const PRIOR = 20
/** Fewer failures are no pattern, whatever their share. */
const LEAST_FAILED = 3
/** More than chance is not enough where there are many: it must matter as well. */
const LEAST_TIMES = 1.5
/** Below it a share is shown as nothing, and nobody should look there first. */
const LEAST_SHARE = 0.01
/** Of fewer e-mails elsewhere nothing can be said. */
const LEAST_ELSEWHERE = 5
/** Among all segments of a table, chance alone would mark one in so many tables. */
const CHANCE = 0.01

/** Which segments fail more than usual (their own time before, drawn towards everybody's), and which of them stand out. One failure never does. */
export function judgeSegments(segments: readonly SegmentCounts[]): SegmentVerdict[] {
  const all = segments.reduce(
    (sum, each) => ({ total: sum.total + each.usualTotal, failed: sum.failed + each.usualFailed }),
    { total: 0, failed: 0 },
  )
  const usualOfAll = all.total === 0 ? null : (all.failed + 0.5) / (all.total + 1)
  return segments.map((each) => {
    const share = each.total === 0 ? null : each.failed / each.total
    const elsewhere = shareElsewhere(segments, each)
    const rest = usualOfAll ?? (elsewhere !== null && elsewhere.total >= PRIOR ? elsewhere.share : null)
    if (rest === null) return { share, usual: null, isUnusual: false, standsOut: false }
    const chance = CHANCE / segments.length
    const isMore = (than: number): boolean =>
      share !== null && share >= LEAST_TIMES * than && chanceOfAtLeast(each.failed, each.total, than) < chance
    const isMuch = each.failed >= LEAST_FAILED && share !== null && share >= LEAST_SHARE
    const isUnusual = isMuch && isMore((each.usualFailed + PRIOR * rest) / (each.usualTotal + PRIOR))
    const isHere = elsewhere === null || elsewhere.total < LEAST_ELSEWHERE || isMore(elsewhere.share)
    const usual = each.usualTotal > 0 ? each.usualFailed / each.usualTotal : usualOfAll
    return { share, usual, isUnusual, standsOut: isUnusual && isHere }
  })
}

/** What share fails in the other segments at the same time; null where there are none. */
function shareElsewhere(
  segments: readonly SegmentCounts[],
  one: SegmentCounts,
): { readonly share: number; readonly total: number } | null {
  const others = segments.filter((each) => each !== one)
  if (others.length === 0) return null
  const total = others.reduce((sum, each) => sum + each.total, 0)
  return { share: (others.reduce((sum, each) => sum + each.failed, 0) + 0.5) / (total + 1), total }
}

/** Probability of `least` or more failures among `total` e-mails that fail at `rate`, 0 to 1. */
export function chanceOfAtLeast(least: number, total: number, rate: number): number {
  if (least <= 0) return 1
  if (rate <= 0) return 0
  if (rate >= 1 || least <= total * rate) return 1
  let term = Math.exp(logChoose(total, least) + least * Math.log(rate) + (total - least) * Math.log1p(-rate))
  let sum = term
  for (let count = least; count < total && term > sum * 1e-12; count += 1) {
    term *= ((total - count) / (count + 1)) * (rate / (1 - rate))
    sum += term
  }
  return Math.min(1, sum)
}

function logChoose(total: number, count: number): number {
  return logFactorial(total) - logFactorial(count) - logFactorial(total - count)
}

/** Stirling's series from 32 on, where it is exact to more digits than are needed here. */
function logFactorial(value: number): number {
  if (value < 32) {
    let sum = 0
    for (let factor = 2; factor <= value; factor += 1) sum += Math.log(factor)
    return sum
  }
  return (value + 0.5) * Math.log(value) - value + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * value)
}
