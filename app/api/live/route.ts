import { getAnyViewer, isStillWelcome } from '#lib/auth/viewer.ts'
import { getBuildId } from '#lib/config/build.ts'
import { AppError } from '#lib/domain/errors.ts'
import { openStream } from '#lib/live/stream.ts'
import { answerError } from '#lib/views/http-answer.ts'

/** Live events for people and wallboards: which topics have become stale, never data. */
export async function GET(request: Request): Promise<Response> {
  try {
    const viewer = await getAnyViewer()
    if (viewer === null) throw new AppError('not_signed_in', 'Sign in to listen.')
    const stream = openStream({ signal: request.signal, build: getBuildId(), isWelcome: () => isStillWelcome(viewer) })
    // no-transform keeps `next start` from compressing, and the second header keeps proxies from buffering.
    const headers = {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    }
    return new Response(stream, { headers })
  } catch (error) {
    return answerError(error)
  }
}
