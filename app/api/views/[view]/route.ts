import { readerZone } from '#components/shell/reader-zone.ts'
import { getAnyViewer } from '#lib/auth/viewer.ts'
import { AppError } from '#lib/domain/errors.ts'
import { answerError, answerJson } from '#lib/views/http-answer.ts'
import { findQuery } from '#lib/views/queries.ts'

interface RouteContext {
  readonly params: Promise<{ readonly view: string }>
}

/** A view as JSON, for the browser's own fetches. */
export async function GET(request: Request, { params }: RouteContext): Promise<Response> {
  try {
    const viewer = await getAnyViewer()
    const { view } = await params
    const query = findQuery(view)
    if (viewer === null) throw new AppError('not_signed_in', 'Sign in to see this.')
    if (query === undefined) throw new AppError('not_found', 'There is no such view.')
    const search = Object.fromEntries(new URL(request.url).searchParams)
    return answerJson(await query.read(search, viewer, await readerZone(), 'follow'))
  } catch (error) {
    return answerError(error)
  }
}
