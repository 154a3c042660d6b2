import { exportPeople } from '#lib/actions/export-people.ts'
import { runAction } from '#lib/actions/run-action.ts'
import { getViewer } from '#lib/auth/viewer.ts'
import { AppError } from '#lib/domain/errors.ts'
import { peopleCsv } from '#lib/views/export-people.ts'
import { answerError } from '#lib/views/http-answer.ts'

/** People with their references as CSV, for operators; the filter is that of the page. */
export async function GET(request: Request): Promise<Response> {
  try {
    const asOfMs = Date.now()
    const filter = Object.fromEntries(new URL(request.url).searchParams)
    delete filter.page
    const result = await runAction(exportPeople.definition, await getViewer(), { filter, asOfMs })
    if (!result.ok) throw new AppError(result.error.code, result.error.message)
    return new Response(peopleCsv(filter, asOfMs), {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="people-${new Date(asOfMs).toISOString().slice(0, 10)}.csv"`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    })
  } catch (error) {
    return answerError(error)
  }
}
