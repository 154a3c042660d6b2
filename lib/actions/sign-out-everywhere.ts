'use server'
import { z } from 'zod'
import { revokeSessionsOf } from '#lib/store/sessions.ts'
import { defineAction } from './define-action.ts'

/** Ends every session of the person who asks, in every browser. */
export const signOutEverywhere = defineAction({
  name: 'sign-out-everywhere',
  role: 'viewer',
  input: z.strictObject({}),
  detail: () => ({}),
  run: async (_input, { tx, person, nowMs }) => ({ sessions: await revokeSessionsOf(tx, person.sub, nowMs) }),
})
