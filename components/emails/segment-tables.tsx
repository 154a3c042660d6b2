import Link from 'next/link'
import { formatCount } from '#components/ui/format-count.ts'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { filterQuery, type PeopleFilter, type PeopleRange } from '#lib/domain/people-filter.ts'
import { routes } from '#lib/domain/routes.ts'
import type { Emails, SegmentShare, SegmentTable } from '#lib/views/emails/contract.ts'

interface SegmentTablesProps {
  readonly segments: Emails['segments']
  readonly range: PeopleRange
}

const HEADS = { office: 'Local office', type: 'E-mail', domain: 'Mail domain' } as const

/** Which office, e-mail or mail domain fails more than usual; each figure opens the people behind it. */
export function SegmentTables({ segments, range }: SegmentTablesProps) {
  if (segments.length === 0) return null
  return (
    <Part title="Where e-mails fail" aside={wordsOf(segments)}>
      <div className="grid items-start gap-x-16 gap-y-8 xl:grid-cols-3">
        {segments.map((table) => (
          <SegmentPart key={table.kind} table={table} range={range} />
        ))}
      </div>
    </Part>
  )
}

/** Which one it is, or that it is not one of them. */
function wordsOf(segments: Emails['segments']): string {
  const rows = segments.flatMap((table) => table.rows)
  const standing = rows.filter(({ standsOut }) => standsOut).map(({ label }) => label)
  if (standing.length > 0) return `${standing.join(', ')} ${standing.length === 1 ? 'stands' : 'stand'} out`
  return rows.some(({ isUnusual }) => isUnusual) ? 'more than usual, and none stands out' : 'as usual'
}

function SegmentPart({ table, range }: { readonly table: SegmentTable; readonly range: PeopleRange }) {
  return (
    <div>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{HEADS[table.kind]}</th>
            <th scope="col" className="number">
              Failed
            </th>
            <th scope="col" className="number">
              Share
            </th>
            <th scope="col" className="number">
              Usual
            </th>
            <th scope="col" className="number">
              Open now
            </th>
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <SegmentLine key={row.value} row={row} kind={table.kind} range={range} />
          ))}
        </tbody>
      </table>
      {table.leftOut === 0 ? null : (
        <p className="mt-2 text-12 text-soft">{formatCount(table.leftOut)} more are not shown here.</p>
      )}
    </div>
  )
}

interface SegmentLineProps {
  readonly row: SegmentShare
  readonly kind: SegmentTable['kind']
  readonly range: PeopleRange
}

function SegmentLine({ row, kind, range }: SegmentLineProps) {
  const filter: Partial<PeopleFilter> = { state: 'failed', [kind]: row.value }
  return (
    <tr className={row.standsOut ? 'text-bad' : ''}>
      <td>
        {row.standsOut ? (
          <span className="me-2 inline-block align-[-2px]">
            <StateMark truth="bad" size={12} />
          </span>
        ) : null}
        <span className={row.standsOut ? 'font-medium' : ''}>{row.label}</span>
        {row.standsOut ? <span className="sr-only"> stands out</span> : null}
      </td>
      <td className="number">
        <PeopleCount count={row.failed} filter={{ ...filter, range }} />
        <span className="unit">of {formatCount(row.total)}</span>
      </td>
      <td className={`number ${row.isUnusual ? 'font-medium text-bad' : ''}`}>
        {percent(row.share)}
        {row.isUnusual && !row.standsOut ? <span className="sr-only"> more than usual</span> : null}
      </td>
      <td className="number text-soft">{percent(row.usual)}</td>
      <td className="number">
        <PeopleCount count={row.open} filter={filter} />
      </td>
    </tr>
  )
}

interface PeopleCountProps {
  readonly count: number
  readonly filter: Partial<PeopleFilter>
}

/** A figure that opens the people behind it; a zero opens nothing. */
export function PeopleCount({ count, filter }: PeopleCountProps) {
  if (count === 0) return <>{formatCount(count)}</>
  return (
    <Link href={routes.people(filterQuery(filter))} prefetch={false} className="quiet-link">
      {formatCount(count)}
    </Link>
  )
}

/** A share in whole per cent; what is there and rounds to nothing is said to be less than one. */
function percent(share: number | null): string {
  if (share === null) return '—'
  return share > 0 && share < 0.01 ? '< 1 %' : `${Math.round(share * 100)} %`
}
