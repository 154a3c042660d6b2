import { notFound } from 'next/navigation'
import { RedriveView } from '#components/redrive/redrive-view.tsx'
import { readerZone } from '#components/shell/reader-zone.ts'
import { currentAddress } from '#lib/auth/current-address.ts'
import { requirePerson } from '#lib/auth/viewer.ts'
import { AppError } from '#lib/domain/errors.ts'
import { queries } from '#lib/views/queries.ts'

interface RedrivePageProps {
  readonly params: Promise<{ readonly redrive: string }>
}

export default async function RedrivePage({ params }: RedrivePageProps) {
  const person = await requirePerson(await currentAddress())
  const name = decodeURIComponent((await params).redrive).toUpperCase()
  const initial = await queries.redrive.read({ name }, person, await readerZone()).catch(orNotFound)
  return <RedriveView key={name} initial={initial} name={name} role={person.role} reader={person.name} />
}

function orNotFound(error: unknown): never {
  if (error instanceof AppError && (error.code === 'not_found' || error.code === 'invalid_input')) notFound()
  throw error
}
