import 'server-only'
import type { Gap } from '#lib/domain/gap.ts'
import { listFindings } from '#lib/store/findings.ts'
import { listGaps } from '#lib/store/gaps.ts'
import { listMarks } from '#lib/store/marks.ts'
import { listFilledStretches } from '#lib/store/read-filled-stretches.ts'
import type { Subject } from '#lib/domain/finding.ts'
import type { Tx } from '#lib/store/db.ts'
import { gapStretches, type ChartSpan } from './chart-data.ts'
import type { GapStretch, MarkPoint, SourceStatus } from './shared.ts'
import { statusOf } from './source-statuses.ts'

/** Marks on a chart at most: the newest are kept. */
const MOST_MARKS = 100

interface GapQuery {
  readonly span: ChartSpan
  readonly source: string
  /** Scopes that concern the chart, besides the whole source. */
  readonly scopes: readonly string[]
  /** Series of the chart whose source keeps history: a gap that was filled since is none. */
  readonly refillable: readonly string[]
  readonly statuses: readonly SourceStatus[]
}

/** Stretches in which what the chart shows could not be read. */
export async function loadGaps(tx: Tx, query: GapQuery): Promise<GapStretch[]> {
  const { span, source } = query
  const gaps = await listGaps(tx, { source, scopes: ['*', ...query.scopes], fromMs: span.fromMs, toMs: span.toMs })
  const left = await withoutFilled(tx, gaps, query)
  return gapStretches(left, span, (id) => statusOf(query.statuses, id).title)
}

async function withoutFilled(tx: Tx, gaps: readonly Gap[], { refillable, span }: GapQuery): Promise<Gap[]> {
  const stretches = gaps.map((gap) => ({ fromMs: gap.fromMs, toMs: gap.toMs ?? span.toMs }))
  const filled = await listFilledStretches(tx, refillable, stretches)
  return gaps.filter((gap, place) => gap.toMs === null || !filled.has(place))
}

/** Dated facts of the span: deploys and the like, and when findings about these subjects began. */
export async function loadMarks(tx: Tx, span: ChartSpan, subjects: readonly Subject[]): Promise<MarkPoint[]> {
  const [marks, ...findings] = await Promise.all([
    listMarks(tx, { fromMs: span.fromMs, toMs: span.toMs }),
    ...subjects.map((subject) => listFindings(tx, { fromMs: span.fromMs, toMs: span.toMs, subject })),
  ])
  const points: MarkPoint[] = [
    ...marks.map(({ atMs, kind, title }) => ({ atMs, kind, title })),
    ...findings.flat().map(({ sinceMs, title }) => ({ atMs: sinceMs, kind: 'finding', title })),
  ]
  return points
    .filter(({ atMs }) => atMs >= span.fromMs)
    .sort((a, b) => a.atMs - b.atMs)
    .slice(-MOST_MARKS)
}
