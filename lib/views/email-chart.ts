import 'server-only'
import { atWords } from '#lib/domain/when-words.ts'
import type { OutcomeStatus } from '#lib/domain/outcome.ts'
import { listRollups } from '#lib/store/outcomes.ts'
import type { PeopleEvidence } from '#lib/store/read-people-since.ts'
import { gapStretches, spanOf, withZeros, type Range, type Seen } from './chart-data.ts'
import { loadMarks } from './chart-parts.ts'
import { durationWords } from '#lib/domain/duration-words.ts'
import type { StoredFinding } from '#lib/store/findings.ts'
import type { ViewContext } from './read-view.ts'
import type { ChartData, GapStretch } from './shared.ts'
import { statusOf, type Sight } from './source-statuses.ts'

/** Roll-ups are kept by the hour; a range of hours counts the notifications themselves, so that an incident is seen while it begins. */
const leastSeconds = (range: Range): number => (range === '1h' ? 60 : range === '6h' ? 300 : 3600)

const LABELS = { delivered: 'delivered', accepted: 'accepted', failed: 'failed' } as const
type Line = keyof typeof LABELS & OutcomeStatus

interface EmailChartRequest {
  readonly context: ViewContext
  readonly sight: Sight
  readonly evidence: PeopleEvidence
  readonly findings: readonly StoredFinding[]
  readonly range: Range
  readonly lines: readonly Line[]
}

/** Onboarding e-mails by the time of their last change and by what they are now. Every failure is kept: counts are summed, never sampled. */
export async function loadEmailChart(request: EmailChartRequest): Promise<ChartData> {
  const { context, sight, evidence, lines } = request
  const { tx, nowMs, timeZone } = context
  const span = spanOf(request.range, nowMs, leastSeconds(request.range))
  const gaps = gapStretches(
    // The queue keeps what came during a gap that has ended, and Spillway has read it since.
    sight.openGaps.filter((gap) => gap.source === 'email-outcomes'),
    span,
    (id) => statusOf(sight.statuses, id).title,
  )
  const subjects = [
    ...new Map(request.findings.filter(isOfEmails).map(({ subject }) => [subject.id, subject])).values(),
  ]
  const [rollups, marks] = await Promise.all([
    listRollups(tx, { ...span, isOnboarding: true }),
    loadMarks(tx, span, subjects),
  ])
  const isSeen = seenBy(request, gaps)
  const series = lines.map((line) => ({
    id: line,
    label: LABELS[line],
    unit: `e-mails in ${durationWords(span.bucketSeconds)}`,
    points: withZeros(sumOf(rollups, line), span, isSeen),
  }))
  const first = evidence.firstEventMs
  const isShort = first !== null && first > span.fromMs + span.bucketSeconds * 1000
  const note = isShort ? `The first e-mail that Spillway knows of is from ${fromWords(first, nowMs, timeZone)}.` : null
  return { fromMs: span.fromMs, toMs: span.toMs, series, gaps, marks, note }
}

function isOfEmails(finding: StoredFinding): boolean {
  return finding.subject.kind === 'emails'
}

function fromWords(atMs: number, nowMs: number, timeZone: string): string {
  return atWords(atMs, nowMs, timeZone).replace(/^(at|on) /, '')
}

function sumOf(rollups: Awaited<ReturnType<typeof listRollups>>, line: Line): { atMs: number; value: number }[] {
  const sums = new Map<number, number>()
  for (const { atMs, status, count } of rollups) if (status === line) sums.set(atMs, (sums.get(atMs) ?? 0) + count)
  return [...sums].map(([atMs, value]) => ({ atMs, value }))
}

/** An hour without an e-mail is a zero only between the first event known and the last moment at which the source answered. */
function seenBy({ context, sight, evidence }: EmailChartRequest, gaps: readonly GapStretch[]): Seen {
  const status = statusOf(sight.statuses, 'email-outcomes')
  const fromSeenMs = evidence.firstEventMs ?? Infinity
  const toSeenMs = status.state === 'ok' ? context.nowMs : (status.lastOkMs ?? evidence.lastEventMs ?? 0)
  return (fromMs, toMs) =>
    toMs > fromSeenMs &&
    fromMs < toSeenMs &&
    !gaps.some((gap) => gap.fromMs <= fromMs && (gap.toMs ?? Infinity) > fromMs)
}
