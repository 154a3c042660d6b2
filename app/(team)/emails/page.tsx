import { readSpan } from '#components/charts/span-address.ts'
import { EmailsView } from '#components/emails/emails-view.tsx'
import { readRange } from '#components/queue/view-range.ts'
import { plainSearch, type RawSearch } from '#components/shell/plain-search.ts'
import { readerZone } from '#components/shell/reader-zone.ts'
import { requirePerson } from '#lib/auth/viewer.ts'
import { routes } from '#lib/domain/routes.ts'
import { queries } from '#lib/views/queries.ts'

interface EmailsPageProps {
  readonly searchParams: Promise<RawSearch>
}

export default async function EmailsPage({ searchParams }: EmailsPageProps) {
  const person = await requirePerson(routes.emails())
  const search = plainSearch(await searchParams)
  const range = readRange(search.range)
  const initial = await queries.emails.read({ range }, person, await readerZone())
  return <EmailsView key={range} initial={initial} range={range} span={readSpan(search)} />
}
