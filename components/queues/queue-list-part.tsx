'use client'
import { useDeferredValue, useState } from 'react'
import { BlindSources } from '#components/ui/blind-sources.tsx'
import { formatCount, formatCounted } from '#components/ui/format-count.ts'
import { routes } from '#lib/domain/routes.ts'
import type { QueueRow, SourceStatus } from '#lib/views/shared.ts'
import { listQueues, pressSort, writeListState, type QueueListState } from './queue-list.ts'
import { QueueTable } from './queue-table.tsx'

interface QueueListProps {
  readonly rows: readonly QueueRow[]
  readonly blind: readonly SourceStatus[]
  readonly initial: QueueListState
}

/** The list of all queues with its filter; the choice stands in the address. */
export function QueueList({ rows, blind, initial }: QueueListProps) {
  const [state, setState] = useState(initial)
  const deferred = useDeferredValue(state)
  const queues = listQueues(rows, deferred)
  const change = (next: QueueListState): void => {
    setState(next)
    history.replaceState(null, '', `${routes.queues()}${writeListState(next)}`)
  }
  return (
    <section aria-label="All queues">
      <BlindSources blind={blind} />
      <QueueFilter state={state} rows={rows} shown={queues.length} onChange={change} />
      {rows.length === 0 ? (
        <NoQueues />
      ) : (
        <QueueTable
          queues={queues}
          sort={deferred.sort}
          onSort={(key) => key !== 'spark' && change({ ...state, sort: pressSort(state.sort, key) })}
        />
      )}
      {rows.length > 0 && queues.length === 0 ? (
        <p className="py-3 text-soft">No queue fits. Clear the filter to see all {formatCount(rows.length)}.</p>
      ) : null}
    </section>
  )
}

interface QueueFilterProps {
  readonly state: QueueListState
  readonly rows: readonly QueueRow[]
  readonly shown: number
  readonly onChange: (state: QueueListState) => void
}

function QueueFilter({ state, rows, shown, onChange }: QueueFilterProps) {
  const look = rows.filter((row) => row.truth !== 'ok').length
  return (
    <div className="mb-4 flex flex-wrap items-center gap-x-6 gap-y-3">
      <label className="flex items-center gap-2">
        <span className="text-soft">Name contains</span>
        <input
          type="search"
          value={state.text}
          onChange={(event) => onChange({ ...state, text: event.target.value })}
          className="h-8 w-56 border-b border-strong bg-transparent px-1 outline-offset-0 pointer-coarse:h-10"
          autoComplete="off"
          spellCheck={false}
        />
      </label>
      <label className="flex min-h-8 items-center gap-2">
        <input
          type="checkbox"
          checked={state.isOnlyLook}
          onChange={(event) => onChange({ ...state, isOnlyLook: event.target.checked })}
          className="size-4 accent-link"
        />
        Only those that need a look ({formatCount(look)})
      </label>
      <p className="ms-auto text-12 text-soft" aria-live="polite">
        {shown === rows.length
          ? formatCounted(rows.length, 'queue')
          : `${formatCount(shown)} of ${formatCounted(rows.length, 'queue')}`}
        , in and out: last hour
      </p>
    </div>
  )
}

function NoQueues() {
  return (
    <p className="max-w-[48rem] border-y border-rule py-4 text-soft">
      Every SQS queue of the account and region will stand here, with its depth, its flow and its dead-letter queue.
      Spillway finds them by itself once AWS_REGION is set and its credentials may call ListQueues and
      GetQueueAttributes.
    </p>
  )
}
