import { notFound } from 'next/navigation'
import { readSpan } from '#components/charts/span-address.ts'
import { QueueView } from '#components/queue/queue-view.tsx'
import { readRange } from '#components/queue/view-range.ts'
import { plainSearch, type RawSearch } from '#components/shell/plain-search.ts'
import { readerZone } from '#components/shell/reader-zone.ts'
import { requirePerson } from '#lib/auth/viewer.ts'
import { AppError } from '#lib/domain/errors.ts'
import { routes } from '#lib/domain/routes.ts'
import { queries } from '#lib/views/queries.ts'

interface QueuePageProps {
  readonly params: Promise<{ readonly queue: string }>
  readonly searchParams: Promise<RawSearch>
}

export default async function QueuePage({ params, searchParams }: QueuePageProps) {
  const name = decodeURIComponent((await params).queue)
  const search = plainSearch(await searchParams)
  const range = readRange(search.range)
  const person = await requirePerson(routes.queue(name))
  const initial = await queries.queue.read({ name, range }, person, await readerZone()).catch(orNotFound)
  return (
    <QueueView key={range} initial={initial} name={name} range={range} span={readSpan(search)} role={person.role} />
  )
}

function orNotFound(error: unknown): never {
  if (error instanceof AppError && (error.code === 'not_found' || error.code === 'invalid_input')) notFound()
  throw error
}
