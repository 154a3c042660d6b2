import { OverviewView } from '#components/overview/overview-view.tsx'
import { readerZone } from '#components/shell/reader-zone.ts'
import { requirePerson } from '#lib/auth/viewer.ts'
import { routes } from '#lib/domain/routes.ts'
import { queries } from '#lib/views/queries.ts'

export default async function OverviewPage() {
  const person = await requirePerson(routes.overview())
  return <OverviewView initial={await queries.overview.read({}, person, await readerZone())} />
}
