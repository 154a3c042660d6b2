import { QuarantineView } from '#components/quarantine/quarantine-view.tsx'
import { readerZone } from '#components/shell/reader-zone.ts'
import { requirePerson } from '#lib/auth/viewer.ts'
import { routes } from '#lib/domain/routes.ts'
import { queries } from '#lib/views/queries.ts'

export default async function QuarantinePage() {
  const person = await requirePerson(routes.quarantine())
  const initial = await queries.quarantine.read({}, person, await readerZone())
  return <QuarantineView initial={initial} role={person.role} />
}
