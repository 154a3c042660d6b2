'use client'
import { PageFrame } from '#components/shell/page-frame.tsx'
import type { Queues } from '#lib/views/queues/contract.ts'
import { useView } from '#lib/views/use-view.ts'
import type { QueueListState } from './queue-list.ts'
import { QueueList } from './queue-list-part.tsx'

interface QueuesViewProps {
  readonly initial: Queues
  readonly listState: QueueListState
}

export function QueuesView({ initial, listState }: QueuesViewProps) {
  const { data, isStale, staleSinceMs } = useView('queues', {}, initial)
  return (
    <PageFrame base={data} isStale={isStale} staleSinceMs={staleSinceMs} place="Queues">
      <QueueList rows={data.rows} blind={data.blind} initial={listState} />
    </PageFrame>
  )
}
