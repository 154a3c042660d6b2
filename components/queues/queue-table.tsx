'use client'
import { memo, useEffect } from 'react'
import { formatCounted } from '#components/ui/format-count.ts'
import { unpackSpark } from '#lib/views/queues/spark-text.ts'
import type { QueueLine } from '#lib/views/queues/contract.ts'
import { QueueCells } from './queue-cells.tsx'
import { QUEUE_COLUMNS, type QueueColumn, type QueueSort } from './queue-columns.ts'
import { QueueHead } from './queue-head.tsx'
import type { ListedQueue, ListLine } from './queue-list.ts'
import { useFollowedLinks } from './use-followed-links.ts'
import { useRowsInSight } from './use-rows-in-sight.ts'

interface QueueTableProps {
  readonly lines: readonly ListLine[]
  readonly sort: QueueSort
  readonly onSort: (key: QueueColumn['key']) => void
}

/** All queues as a table; thousands of rows cost no more than a screenful. */
export function QueueTable({ lines, sort, onSort }: QueueTableProps) {
  const { bodyRef, rowPx, from, to, showRow } = useRowsInSight(lines.length)
  useFollowedLinks(bodyRef)
  useEffect(() => {
    const body = bodyRef.current
    const walk = (event: KeyboardEvent): void => walkRows(event, lines.length, showRow)
    body?.addEventListener('keydown', walk)
    return () => body?.removeEventListener('keydown', walk)
  }, [bodyRef, lines.length, showRow])
  return (
    <table className="table queue-table" aria-rowcount={lines.length + 1}>
      <QueueHead sort={sort} onSort={onSort} />
      <tbody ref={bodyRef}>
        <Spacer rows={from} rowPx={rowPx} />
        {lines
          .slice(from, to)
          .map((line, at) =>
            'row' in line ? (
              <Row key={line.row.name} row={line.row} isUnder={line.isUnder} index={from + at + 2} />
            ) : (
              <ServiceRow key={`service ${line.service}`} line={line} index={from + at + 2} />
            ),
          )}
        <Spacer rows={lines.length - to} rowPx={rowPx} />
      </tbody>
    </table>
  )
}

interface RowProps extends ListedQueue {
  readonly index: number
}

const Row = memo(function Row({ row, isUnder, index }: RowProps) {
  return (
    <tr aria-rowindex={index} data-truth={row.truth}>
      <QueueCells row={row} spark={unpackSpark(row.spark)} isUnder={isUnder} />
    </tr>
  )
}, isSameRow)

/** Every answer brings new objects; a row is drawn again when it shows something else. */
function isSameRow(a: RowProps, b: RowProps): boolean {
  return a.index === b.index && a.isUnder === b.isUnder && (a.row === b.row || isSameLine(a.row, b.row))
}

function isSameLine(a: QueueLine, b: QueueLine): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function ServiceRow({ line, index }: { readonly line: Exclude<ListLine, ListedQueue>; readonly index: number }) {
  return (
    <tr aria-rowindex={index}>
      <th scope="rowgroup" colSpan={QUEUE_COLUMNS.length} className="queue-service">
        {line.service} <span className="text-12 font-normal text-soft">{formatCounted(line.count, 'queue')}</span>
      </th>
    </tr>
  )
}

function Spacer({ rows, rowPx }: { readonly rows: number; readonly rowPx: number }) {
  if (rows <= 0) return null
  return <tr aria-hidden="true" className="spacer" style={{ height: rows * rowPx }} />
}

/** Arrow keys go from queue to queue, also to one that is not drawn yet. */
function walkRows(event: KeyboardEvent, count: number, showRow: (index: number) => void): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  const row = event.target instanceof Element ? event.target.closest('tr') : null
  const body = row?.parentElement ?? null
  if (step === 0 || row === null || body === null) return
  event.preventDefault()
  for (let index = Number(row.ariaRowIndex) - 2 + step; index >= 0 && index < count; index += step) {
    const next = body.querySelector(`tr[aria-rowindex="${index + 2}"]`)
    // It is drawn once it is in sight; the next press goes there.
    if (next === null) return showRow(index)
    const link = next.querySelector<HTMLElement>('.queue-name a')
    // The head of a service has no link.
    if (link !== null) return link.focus()
  }
}
