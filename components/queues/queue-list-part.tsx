'use client'
import { useDeferredValue, useMemo, useState } from 'react'
import { BlindSources } from '#components/ui/blind-sources.tsx'
import { formatCount } from '#components/ui/format-count.ts'
import { routes } from '#lib/domain/routes.ts'
import type { Queues } from '#lib/views/queues/contract.ts'
import { listLines, listQueues, pressSort, writeListState, type QueueListState } from './queue-list.ts'
import { QueueFilter } from './queue-filter.tsx'
import { QueueTable } from './queue-table.tsx'

interface QueueListProps {
  readonly data: Queues
  readonly initial: QueueListState
  /** Queues that fit the initial state, as the server counted them: only the first are here until the rest has come. */
  readonly shownAtFirst: number
}

/** The list of all queues with its filter; the choice stands in the address. */
export function QueueList({ data, initial, shownAtFirst }: QueueListProps) {
  const { rows, blind, total } = data
  const [state, setState] = useState(initial)
  const deferred = useDeferredValue(state)
  const queues = useMemo(() => listQueues(rows, deferred), [rows, deferred])
  const lines = useMemo(() => listLines(queues, deferred.sort), [queues, deferred.sort])
  const isWhole = rows.length === total
  const change = (next: QueueListState): void => {
    setState(next)
    history.replaceState(null, '', `${routes.queues()}${writeListState(next)}`)
  }
  return (
    <section aria-label="All queues">
      <BlindSources blind={blind} />
      <QueueFilter
        state={state}
        data={data}
        shown={isWhole || state !== initial ? queues.length : shownAtFirst}
        onChange={change}
      />
      {total === 0 ? (
        <NoQueues />
      ) : (
        <QueueTable
          lines={lines}
          sort={deferred.sort}
          onSort={(key) => key !== 'spark' && change({ ...state, sort: pressSort(state.sort, key) })}
        />
      )}
      {total > 0 && isWhole && queues.length === 0 ? (
        <p className="py-3 text-soft">No queue fits. Clear the filter to see all {formatCount(total)}.</p>
      ) : null}
    </section>
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
