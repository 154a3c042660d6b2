import { z } from 'zod'
import { manageTokens, type TokenAnswer, type TokenOrder } from '#lib/auth/manage-tokens.ts'
import { signRequest } from '#lib/auth/signed-request.ts'
import type { Env } from '#lib/config/env.ts'
import { AppError } from '#lib/domain/errors.ts'
import { routes } from '#lib/domain/routes.ts'

const PATIENCE_MS = 10_000

const answerSchema: z.ZodType<TokenAnswer> = z.discriminatedUnion('did', [
  z.object({ did: z.literal('create'), id: z.string(), secret: z.string() }),
  z.object({ did: z.literal('revoke'), id: z.string() }),
  z.object({
    did: z.literal('list'),
    tokens: z.array(
      z.object({
        id: z.string(),
        purpose: z.string(),
        name: z.string(),
        createdMs: z.number(),
        lastUsedMs: z.number().nullable(),
        isRevoked: z.boolean(),
      }),
    ),
  }),
])
const refusalSchema = z.object({ error: z.object({ message: z.string() }) })

/**
 * Carries out the order on the store. Where the running app holds the embedded store, the app is asked instead, by a request signed
 * with SPILLWAY_SECRET: two processes on one data folder would destroy it.
 */
export async function orderTokens(order: TokenOrder, env: Env): Promise<TokenAnswer> {
  try {
    return await manageTokens(order, 'command')
  } catch (error) {
    const isHeldByApp = error instanceof AppError && error.code === 'conflict' && env.DATABASE_URL === undefined
    if (!isHeldByApp) throw error
    return askApp(order, env)
  }
}

async function askApp(order: TokenOrder, env: Env): Promise<TokenAnswer> {
  const { SPILLWAY_SECRET: secret, SPILLWAY_URL: base } = env
  if (secret === undefined)
    throw new AppError(
      'not_configured',
      'Spillway is running and holds its store. Set SPILLWAY_SECRET to the value that the running app has, so that it can be asked.',
    )
  const path = routes.manageTokens()
  const body = JSON.stringify(order)
  const headers = { 'content-type': 'application/json', ...signRequest(secret, path, body, Date.now()) }
  const response = await fetch(new URL(path, base), {
    method: 'POST',
    body,
    headers,
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((cause: unknown) => {
    throw new AppError(
      'not_configured',
      `Spillway is running and holds its store, but does not answer at ${base}. Set SPILLWAY_URL to its address.`,
      { cause },
    )
  })
  const answer: unknown = await response.json().catch(() => null)
  const parsed = answerSchema.safeParse(answer)
  if (response.ok && parsed.success) return parsed.data
  const refusal = refusalSchema.safeParse(answer)
  throw new AppError(
    'internal',
    refusal.data?.error.message ?? `What answers at ${base} is not this version of Spillway (HTTP ${response.status}).`,
  )
}
