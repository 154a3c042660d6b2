import NextAuth from 'next-auth'
import type { NextRequest } from 'next/server'
import { signInOptions } from '#lib/auth/sign-in-options.ts'
import { signInStatus } from '#lib/auth/sign-in-status.ts'
import { prepareNextAuthEnv } from '#lib/config/next-auth-env.ts'
import { AppError } from '#lib/domain/errors.ts'
import { answerError } from '#lib/views/http-answer.ts'

interface RouteContext {
  readonly params: Promise<{ readonly nextauth: string[] }>
}

/** The steps of sign-in and sign-out, as next-auth names them. */
async function handle(request: NextRequest, context: RouteContext): Promise<Response> {
  const status = signInStatus()
  if (status.state === 'missing')
    return answerError(new AppError('not_configured', `Nobody can sign in: ${status.names.join(', ')} not set.`))
  prepareNextAuthEnv()
  // NextAuth is untyped for route handlers; it answers them with a Response.
  const response: unknown = await NextAuth(request, context, signInOptions())
  if (!(response instanceof Response)) throw new TypeError('next-auth gave no response')
  response.headers.set('cache-control', 'no-store')
  return response
}

export { handle as GET, handle as POST }
