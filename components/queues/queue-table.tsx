'use client'
import { memo, useEffect, useRef, useState } from 'react'
import type { QueueRow } from '#lib/views/shared.ts'
import { QueueCells } from './queue-cells.tsx'
import type { QueueColumn, QueueSort } from './queue-columns.ts'
import { QueueHead } from './queue-head.tsx'
import type { ListedQueue } from './queue-list.ts'
import { visibleRows } from './visible-rows.ts'

interface QueueTableProps {
  readonly queues: readonly ListedQueue[]
  readonly sort: QueueSort
  readonly onSort: (key: QueueColumn['key']) => void
}

/** Longer lists draw only what is near the screen. */
const WHOLE_UP_TO = 300
const FIRST_ROWS = { from: 0, to: 120 }

/** All queues as a table; thousands of rows cost no more than a screenful. */
export function QueueTable({ queues, sort, onSort }: QueueTableProps) {
  const isWhole = queues.length <= WHOLE_UP_TO
  const { bodyRef, rowPx, from, to } = useRowsInSight(isWhole ? 0 : queues.length)
  const shown = isWhole ? queues : queues.slice(from, to)
  const offset = isWhole ? 0 : from
  return (
    <table className="table queue-table" aria-rowcount={queues.length + 1}>
      <QueueHead sort={sort} onSort={onSort} />
      <tbody ref={bodyRef}>
        <Spacer rows={offset} rowPx={rowPx} />
        {shown.map(({ row, isUnder }, at) => (
          <Row key={row.name} row={row} isUnder={isUnder} index={offset + at + 2} />
        ))}
        <Spacer rows={queues.length - offset - shown.length} rowPx={rowPx} />
      </tbody>
    </table>
  )
}

interface RowProps {
  readonly row: QueueRow
  readonly isUnder: boolean
  readonly index: number
}

const Row = memo(function Row({ row, isUnder, index }: RowProps) {
  return (
    <tr aria-rowindex={index} data-truth={row.truth}>
      <QueueCells row={row} isUnder={isUnder} />
    </tr>
  )
})

function Spacer({ rows, rowPx }: { readonly rows: number; readonly rowPx: number }) {
  if (rows <= 0) return null
  return <tr aria-hidden="true" className="spacer" style={{ height: rows * rowPx }} />
}

function useRowsInSight(count: number) {
  const bodyRef = useRef<HTMLTableSectionElement>(null)
  const [sight, setSight] = useState({ ...FIRST_ROWS, rowPx: 32 })
  useEffect(() => {
    if (count === 0) return undefined
    const look = (): void => {
      const body = bodyRef.current
      if (body === null) return
      const rowPx = body.querySelector('tr:not(.spacer)')?.getBoundingClientRect().height ?? 32
      const next = visibleRows({ topPx: body.getBoundingClientRect().top, screenPx: innerHeight, rowPx, count })
      setSight((old) =>
        old.from === next.from && old.to === next.to && old.rowPx === rowPx ? old : { ...next, rowPx },
      )
    }
    look()
    addEventListener('scroll', look, { passive: true })
    addEventListener('resize', look)
    return () => {
      removeEventListener('scroll', look)
      removeEventListener('resize', look)
    }
  }, [count])
  return { bodyRef, ...sight }
}
