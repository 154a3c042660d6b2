'use server'
import { z } from 'zod'
import { AppError } from '#lib/domain/errors.ts'
import { revokeToken as revokeStoredToken } from '#lib/store/tokens.ts'
import { defineAction } from './define-action.ts'

/** Ends a wallboard's or a sender's token at once. */
export const revokeToken = defineAction({
  name: 'revoke-token',
  role: 'admin',
  input: z.strictObject({ id: z.string().min(1).max(80) }),
  detail: ({ id }) => ({ id }),
  run: async ({ id }, { tx, nowMs, touch }) => {
    if (!(await revokeStoredToken(tx, id, nowMs)))
      throw new AppError('not_found', 'There is no such token, or it is revoked already.')
    touch('settings')
    return { id }
  },
})
