import { firstRows } from '#components/queues/first-rows.ts'
import { QueuesView } from '#components/queues/queues-view.tsx'
import { readListState } from '#components/queues/queue-list.ts'
import { readerZone } from '#components/shell/reader-zone.ts'
import { requirePerson } from '#lib/auth/viewer.ts'
import { routes } from '#lib/domain/routes.ts'
import { queries } from '#lib/views/queries.ts'
import { plainSearch, type RawSearch } from '#components/shell/plain-search.ts'

interface QueuesPageProps {
  readonly searchParams: Promise<RawSearch>
}

export default async function QueuesPage({ searchParams }: QueuesPageProps) {
  const person = await requirePerson(routes.queues())
  const listState = readListState(plainSearch(await searchParams))
  const queues = await queries.queues.read({}, person, await readerZone())
  return <QueuesView initial={firstRows(queues, listState)} listState={listState} />
}
