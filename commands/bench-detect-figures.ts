/** What the replay says of one kind of incident, as far as it is read here. */
interface KindSummary {
  readonly incidents: number
  readonly detected: number
  /** Found by an observer who knows all rates. */
  readonly limitDetected: number
  readonly meanMinutes: number
  readonly limitMeanMinutes: number
  /** Mean delay over that observer's. */
  readonly ratio: number
}

export interface ReplaySummary {
  readonly quietDays: number
  readonly falseAlarms: number
  readonly falsePer30Days: number
  readonly kinds: Readonly<Record<string, KindSummary>>
}

/** Largest ratio that is good, and that is just bearable. */
const LIMITS: Readonly<Record<string, { readonly target: number; readonly least: number }>> = {
  total: { target: 1.05, least: 1.1 },
  burst: { target: 1.05, least: 1.2 },
  partial20: { target: 1.2, least: 1.4 },
  ramp: { target: 1.15, least: 1.3 },
  partial5: { target: 1.4, least: 1.8 },
  silence: { target: 1.4, least: 1.7 },
  'silence-new': { target: 1.4, least: 1.7 },
  late: { target: 1.4, least: 1.7 },
}
const MOST_FALSE = 1
const FOUND = { target: 0.99, least: 0.97, targetOfKind: 0.97, leastOfKind: 0.9 }

export interface KindFigures extends KindSummary {
  readonly target: number
  readonly least: number
  /** Found, of what the observer who knows all rates finds; may pass 1. */
  readonly foundShare: number
}

export interface DetectFigures {
  readonly falsePer30Days: number
  readonly falseAlarms: number
  readonly quietDays: number
  readonly foundShare: number
  readonly kinds: Readonly<Record<string, KindFigures>>
  readonly isWithinTargets: boolean
}

/** Figures of a replay beside what is wanted of them. */
export function figuresOf({ quietDays, falseAlarms, falsePer30Days, kinds }: ReplaySummary): DetectFigures {
  const rows = Object.entries(kinds).map(([kind, each]): [string, KindFigures] => [
    kind,
    { ...each, ...(LIMITS[kind] ?? { target: 1, least: 1 }), foundShare: shareOf(each.detected, each.limitDetected) },
  ])
  const sum = (of: (row: KindFigures) => number): number => rows.reduce((total, [, row]) => total + of(row), 0)
  const foundShare = shareOf(
    sum(({ detected }) => detected),
    sum(({ limitDetected }) => limitDetected),
  )
  const isWithinTargets =
    falsePer30Days <= MOST_FALSE &&
    foundShare >= FOUND.target &&
    rows.every(([, row]) => row.ratio <= row.target && row.foundShare >= FOUND.targetOfKind)
  return { falsePer30Days, falseAlarms, quietDays, foundShare, kinds: Object.fromEntries(rows), isWithinTargets }
}

/** Whether the least that is asked is met. */
export function isWithinLeast({ falsePer30Days, foundShare, kinds }: DetectFigures): boolean {
  return (
    falsePer30Days <= MOST_FALSE &&
    foundShare >= FOUND.least &&
    Object.values(kinds).every((row) => row.ratio <= row.least && row.foundShare >= FOUND.leastOfKind)
  )
}

function shareOf(found: number, possible: number): number {
  return possible === 0 ? 1 : found / possible
}

/** The figures as a table for people. */
export function wordsOf(figures: DetectFigures): string[] {
  const { falseAlarms, falsePer30Days, quietDays, foundShare, kinds, isWithinTargets } = figures
  const rows = Object.entries(kinds).map(([kind, row]) =>
    [
      kind.padEnd(12),
      `${row.detected}/${row.limitDetected}/${row.incidents}`.padStart(12),
      `${row.meanMinutes.toFixed(0)} (${row.limitMeanMinutes.toFixed(0)})`.padStart(16),
      row.ratio.toFixed(2).padStart(6),
      row.target.toFixed(2).padStart(7),
      row.least.toFixed(2).padStart(6),
    ].join('  '),
  )
  return [
    'kind          found/limit/all   minutes (limit)   ratio   target   least',
    ...rows,
    `found ${(foundShare * 100).toFixed(1)} % of what the limit finds; ${falseAlarms} false incidents in ${quietDays.toFixed(0)} quiet days, ${falsePer30Days.toFixed(2)} in 30`,
    isWithinTargets ? 'within all targets' : 'not within all targets',
  ]
}
