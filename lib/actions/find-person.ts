'use server'
import { z } from 'zod'
import { AppError } from '#lib/domain/errors.ts'
import { getEnv } from '#lib/config/env.ts'
import { personKey } from '#lib/store/person-key.ts'
import { findPersonRecord } from '#lib/store/read-person.ts'
import { defineAction } from './define-action.ts'

/** Looks a person up by their reference; answers with the key of their page, so that no reference stands in an address. */
export const findPerson = defineAction({
  name: 'find-person',
  role: 'operator',
  input: z.strictObject({ ref: z.string().trim().min(1).max(200) }),
  // Of whom stands in the audit as the key, from which Spillway can tell.
  detail: ({ ref }) => ({ person: personKey(getEnv().SPILLWAY_SECRET ?? '', ref) }),
  run: async ({ ref }, { tx }) => {
    if ((await findPersonRecord(tx, ref)) === null)
      throw new AppError('not_found', 'ref: nothing is known of a person with this reference.')
    return { key: personKey(getEnv().SPILLWAY_SECRET ?? '', ref) }
  },
})
