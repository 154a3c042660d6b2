import { notFound } from 'next/navigation'
import { ResyncView } from '#components/resync/resync-view.tsx'
import { plainSearch, type RawSearch } from '#components/shell/plain-search.ts'
import { readerZone } from '#components/shell/reader-zone.ts'
import { currentAddress } from '#lib/auth/current-address.ts'
import { requirePerson } from '#lib/auth/viewer.ts'
import { AppError } from '#lib/domain/errors.ts'
import { queries } from '#lib/views/queries.ts'

interface ResyncPageProps {
  readonly params: Promise<{ readonly resync: string }>
  readonly searchParams: Promise<RawSearch>
}

export default async function ResyncPage({ params, searchParams }: ResyncPageProps) {
  const person = await requirePerson(await currentAddress())
  const name = decodeURIComponent((await params).resync).toUpperCase()
  const page = Number(plainSearch(await searchParams).page ?? 1)
  const initial = await queries.resync.read({ name, page }, person, await readerZone()).catch(orNotFound)
  return <ResyncView key={`${name} ${initial.page}`} initial={initial} role={person.role} />
}

function orNotFound(error: unknown): never {
  if (error instanceof AppError && (error.code === 'not_found' || error.code === 'invalid_input')) notFound()
  throw error
}
