import { getViewer } from '#lib/auth/viewer.ts'
import { AppError } from '#lib/domain/errors.ts'
import { answerError, answerJson } from '#lib/views/http-answer.ts'
import { readHealth } from '#lib/views/read-health.ts'

/** Health for machines: 200 while Spillway works, 503 when its store does not answer. With `?full` (signed in) in words. */
export async function GET(request: Request): Promise<Response> {
  try {
    const isFull = new URL(request.url).searchParams.has('full')
    if (isFull && (await getViewer()) === null) throw new AppError('not_signed_in', 'Sign in to see the details.')
    const health = await readHealth(isFull)
    return answerJson(health, health.status === 'down' ? 503 : 200)
  } catch (error) {
    return answerError(error)
  }
}
