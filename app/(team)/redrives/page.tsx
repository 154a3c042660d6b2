import { notFound } from 'next/navigation'
import { RedrivesView } from '#components/redrive/redrives-view.tsx'
import { readerZone } from '#components/shell/reader-zone.ts'
import { currentAddress } from '#lib/auth/current-address.ts'
import { requirePerson } from '#lib/auth/viewer.ts'
import { AppError } from '#lib/domain/errors.ts'
import { queries } from '#lib/views/queries.ts'

interface RedrivesPageProps {
  readonly searchParams: Promise<{ readonly queue?: string | string[]; readonly before?: string | string[] }>
}

export default async function RedrivesPage({ searchParams }: RedrivesPageProps) {
  const person = await requirePerson(await currentAddress())
  const { queue, before } = await searchParams
  const params = {
    ...(typeof queue === 'string' ? { queue } : {}),
    ...(typeof before === 'string' ? { before: Number(before) } : {}),
  }
  const initial = await queries.redrives.read(params, person, await readerZone()).catch(orNotFound)
  return <RedrivesView key={JSON.stringify(params)} initial={initial} params={params} />
}

function orNotFound(error: unknown): never {
  if (error instanceof AppError && error.code === 'invalid_input') notFound()
  throw error
}
