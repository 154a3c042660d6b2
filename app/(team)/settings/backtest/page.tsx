import { redirect } from 'next/navigation'
import { BacktestView } from '#components/backtest/backtest-view.tsx'
import { plainSearch, type RawSearch } from '#components/shell/plain-search.ts'
import { readerZone } from '#components/shell/reader-zone.ts'
import { requirePerson } from '#lib/auth/viewer.ts'
import { AppError } from '#lib/domain/errors.ts'
import { routes } from '#lib/domain/routes.ts'
import { queries } from '#lib/views/queries.ts'

interface BacktestPageProps {
  readonly searchParams: Promise<RawSearch>
}

export default async function TryARulePage({ searchParams }: BacktestPageProps) {
  const person = await requirePerson(routes.backtest())
  const { rule, range, value } = plainSearch(await searchParams)
  const asked = Object.fromEntries(
    Object.entries({ rule, range, value }).filter(([, text]) => text !== undefined && text !== ''),
  )
  const data = await queries.backtest.read(asked, person, await readerZone()).catch(orAsItIs)
  return <BacktestView data={data} />
}

/** An address that asks for something that does not exist shows the first rule as it is set. */
function orAsItIs(error: unknown): never {
  if (error instanceof AppError && error.code === 'invalid_input') redirect(routes.backtest())
  throw error
}
