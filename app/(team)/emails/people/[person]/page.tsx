import { notFound } from 'next/navigation'
import { PersonView } from '#components/people/person-view.tsx'
import { readerZone } from '#components/shell/reader-zone.ts'
import { currentAddress } from '#lib/auth/current-address.ts'
import { requirePerson } from '#lib/auth/viewer.ts'
import { AppError } from '#lib/domain/errors.ts'
import { queries } from '#lib/views/queries.ts'

interface PersonPageProps {
  readonly params: Promise<{ readonly person: string }>
}

export default async function PersonPage({ params }: PersonPageProps) {
  const viewer = await requirePerson(await currentAddress())
  const key = decodeURIComponent((await params).person)
  const initial = await queries.person.read({ key }, viewer, await readerZone()).catch(orNotFound)
  return <PersonView key={key} initial={initial} />
}

function orNotFound(error: unknown): never {
  if (error instanceof AppError && (error.code === 'not_found' || error.code === 'invalid_input')) notFound()
  throw error
}
