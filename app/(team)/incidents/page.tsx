import { IncidentsView } from '#components/incidents/incidents-view.tsx'
import { readerZone } from '#components/shell/reader-zone.ts'
import { requirePerson } from '#lib/auth/viewer.ts'
import { routes } from '#lib/domain/routes.ts'
import { queries } from '#lib/views/queries.ts'

export default async function IncidentsPage() {
  const person = await requirePerson(routes.incidents())
  return <IncidentsView initial={await queries.incidents.read({}, person, await readerZone())} />
}
