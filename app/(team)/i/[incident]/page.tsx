import { notFound } from 'next/navigation'
import { readSpan } from '#components/charts/span-address.ts'
import { IncidentView } from '#components/incidents/incident-view.tsx'
import { plainSearch, type RawSearch } from '#components/shell/plain-search.ts'
import { readerZone } from '#components/shell/reader-zone.ts'
import { currentAddress } from '#lib/auth/current-address.ts'
import { requirePerson } from '#lib/auth/viewer.ts'
import { AppError } from '#lib/domain/errors.ts'
import { queries } from '#lib/views/queries.ts'

interface IncidentPageProps {
  readonly params: Promise<{ readonly incident: string }>
  readonly searchParams: Promise<RawSearch>
}

export default async function IncidentPage({ params, searchParams }: IncidentPageProps) {
  const person = await requirePerson(await currentAddress())
  const name = decodeURIComponent((await params).incident).toUpperCase()
  // A link whose moment was mangled on its way still leads to the incident.
  const moment = readSpan(plainSearch(await searchParams))
  const asked = moment === null ? { name } : { name, from: moment.fromMs, to: moment.toMs }
  const initial = await queries.incident.read(asked, person, await readerZone()).catch(orNotFound)
  return <IncidentView key={name} initial={initial} asked={asked} role={person.role} />
}

function orNotFound(error: unknown): never {
  if (error instanceof AppError && (error.code === 'not_found' || error.code === 'invalid_input')) notFound()
  throw error
}
