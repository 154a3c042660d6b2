import { SettingsView } from '#components/settings/settings-view.tsx'
import { readerZone } from '#components/shell/reader-zone.ts'
import { requirePerson } from '#lib/auth/viewer.ts'
import { routes } from '#lib/domain/routes.ts'
import { queries } from '#lib/views/queries.ts'

export default async function SettingsPage() {
  const person = await requirePerson(routes.settings())
  return <SettingsView initial={await queries.settings.read({}, person, await readerZone())} role={person.role} />
}
