import { redirect } from 'next/navigation'
import { PeopleView } from '#components/people/people-view.tsx'
import { plainSearch, type RawSearch } from '#components/shell/plain-search.ts'
import { readerZone } from '#components/shell/reader-zone.ts'
import { currentAddress } from '#lib/auth/current-address.ts'
import { requirePerson } from '#lib/auth/viewer.ts'
import { AppError } from '#lib/domain/errors.ts'
import { filterQuery } from '#lib/domain/people-filter.ts'
import { routes } from '#lib/domain/routes.ts'
import { queries } from '#lib/views/queries.ts'

interface PeoplePageProps {
  readonly searchParams: Promise<RawSearch>
}

export default async function PeoplePage({ searchParams }: PeoplePageProps) {
  const person = await requirePerson(await currentAddress())
  const search = Object.fromEntries(
    Object.entries(plainSearch(await searchParams)).filter(([, value]) => value !== undefined && value !== ''),
  )
  const initial = await queries.people.read(search, person, await readerZone()).catch(orEverybody)
  const address = filterQuery(initial.filter, initial.page)
  return <PeopleView key={address} initial={initial} role={person.role} />
}

/** An address that asks for something that does not exist shows everybody who is without. */
function orEverybody(error: unknown): never {
  if (error instanceof AppError && error.code === 'invalid_input') redirect(routes.people())
  throw error
}
