import 'server-only'
import { typeLabel } from '#lib/domain/people-filter.ts'
import { judgeSegments } from '#lib/domain/segment-share.ts'
import type { SegmentKind, SegmentRow } from '#lib/store/count-segments.ts'
import type { SegmentTable } from './contract.ts'

/** Rows of a table at most; those that stand out are never left out. */
const MOST_ROWS = 15

/** One table a kind of segment; what stands out first, then by failures. Kinds of which nothing was told are left out. */
export function segmentTables(rows: readonly SegmentRow[]): SegmentTable[] {
  return (['office', 'type', 'domain'] as const).flatMap((kind) => {
    const ofKind = rows.filter((row) => row.kind === kind)
    return ofKind.length === 0 ? [] : [tableOf(kind, ofKind)]
  })
}

function tableOf(kind: SegmentKind, rows: readonly SegmentRow[]): SegmentTable {
  const verdicts = judgeSegments(rows)
  const shown = rows
    .map((row, at) => ({
      value: row.value,
      label: kind === 'type' ? typeLabel(row.value) : row.value,
      total: row.total,
      failed: row.failed,
      open: row.open,
      share: verdicts[at]?.share ?? null,
      usual: verdicts[at]?.usual ?? null,
      isUnusual: verdicts[at]?.isUnusual ?? false,
      standsOut: verdicts[at]?.standsOut ?? false,
    }))
    .filter(({ total, open }) => total > 0 || open > 0)
    .toSorted(
      (a, b) =>
        Number(b.standsOut) - Number(a.standsOut) || b.failed - a.failed || b.open - a.open || b.total - a.total,
    )
  const most = Math.max(MOST_ROWS, shown.filter(({ standsOut }) => standsOut).length)
  return { kind, rows: shown.slice(0, most), leftOut: Math.max(0, shown.length - most) }
}
