import type { ReactNode } from 'react'
import { QUEUE_COLUMNS, type QueueColumn, type QueueSort } from './queue-columns.ts'
import './queue-table.css'

interface QueueHeadProps {
  /** How the rows are sorted; without it the head has no buttons. */
  readonly sort?: QueueSort
  readonly onSort?: (key: QueueColumn['key']) => void
}

/** The head of every table of queues. */
export function QueueHead({ sort, onSort }: QueueHeadProps) {
  return (
    <thead>
      <tr>
        {QUEUE_COLUMNS.map((column) => (
          <th
            key={column.key}
            scope="col"
            className={column.className}
            aria-sort={sort?.key === column.key ? (sort.isDescending ? 'descending' : 'ascending') : undefined}
          >
            {onSort === undefined || !column.isSortable ? (
              <span className="inline-flex min-h-6 items-center">{column.label}</span>
            ) : (
              <SortButton
                arrow={arrowOf(sort, column.key)}
                isOn={sort?.key === column.key}
                onPress={() => onSort(column.key)}
              >
                {column.label}
              </SortButton>
            )}
          </th>
        ))}
      </tr>
    </thead>
  )
}

// Worst first is an order of its own and has no direction.
function arrowOf(sort: QueueSort | undefined, key: QueueColumn['key']): string {
  if (sort === undefined || sort.key !== key || key === 'worst') return ''
  return sort.isDescending ? ' ↓' : ' ↑'
}

interface SortButtonProps {
  readonly isOn: boolean
  readonly arrow: string
  readonly onPress: () => void
  readonly children: ReactNode
}

function SortButton({ isOn, arrow, onPress, children }: SortButtonProps) {
  return (
    <button type="button" onClick={onPress} className={`min-h-6 hover:text-link ${isOn ? 'font-medium text-ink' : ''}`}>
      {children}
      <span aria-hidden="true">{arrow}</span>
    </button>
  )
}
