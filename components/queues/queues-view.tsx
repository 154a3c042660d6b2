'use client'
import { PageFrame } from '#components/shell/page-frame.tsx'
import { useView } from '#lib/views/use-view.ts'
import type { FirstRows } from './first-rows.ts'
import type { QueueListState } from './queue-list.ts'
import { QueueList } from './queue-list-part.tsx'

interface QueuesViewProps {
  readonly initial: FirstRows
  readonly listState: QueueListState
}

export function QueuesView({ initial, listState }: QueuesViewProps) {
  const { data, loss } = useView('queues', {}, initial.queues, { isLarge: true })
  return (
    <PageFrame base={data} loss={loss} place="Queues">
      <QueueList data={data} initial={listState} shownAtFirst={initial.shown} />
    </PageFrame>
  )
}
