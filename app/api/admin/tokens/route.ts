import { manageTokens, tokenOrder } from '#lib/auth/manage-tokens.ts'
import { checkSignedRequest } from '#lib/auth/signed-request.ts'
import { getEnv } from '#lib/config/env.ts'
import { AppError } from '#lib/domain/errors.ts'
import { routes } from '#lib/domain/routes.ts'
import { answerError, answerJson } from '#lib/views/http-answer.ts'

const MOST_BYTES = 4_096

/** For `npm run token` while this process holds the embedded store. Only who knows SPILLWAY_SECRET can sign such a request. */
export async function POST(request: Request): Promise<Response> {
  try {
    const secret = getEnv().SPILLWAY_SECRET
    if (secret === undefined) throw new AppError('not_configured', 'SPILLWAY_SECRET is not set in the running app.')
    if (Number(request.headers.get('content-length') ?? MOST_BYTES + 1) > MOST_BYTES)
      throw new AppError('invalid_input', 'The request is too large.')
    const body = await request.text()
    checkSignedRequest(secret, { path: routes.manageTokens(), body, headers: request.headers }, Date.now())
    const order = tokenOrder.safeParse(JSON.parse(body))
    if (!order.success) throw new AppError('invalid_input', 'The request is not one that this version knows.')
    return answerJson(await manageTokens(order.data, 'command'))
  } catch (error) {
    return answerError(error)
  }
}
