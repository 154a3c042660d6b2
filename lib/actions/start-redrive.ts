'use server'
import { z } from 'zod'
import { redriveName } from '#lib/domain/redrive.ts'
import { startRedrive as start } from '#lib/redrive/start.ts'
import { topicsOf } from '#lib/redrive/tell-incident.ts'
import { defineAction } from './define-action.ts'

/** Starts a planned redrive: one message first. Of two people who do so at once one wins, and the other is told who. */
export const startRedrive = defineAction({
  name: 'start-redrive',
  role: 'operator',
  input: z.strictObject({ id: z.number().int().positive() }),
  detail: ({ id }) => ({ redrive: redriveName(id) }),
  run: async ({ id }, { tx, person, nowMs, touch }) => {
    const run = await start(tx, id, { by: person.name, nowMs })
    touch(...topicsOf(run))
    return { id, name: redriveName(id), state: run.state }
  },
})
