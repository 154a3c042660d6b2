'use server'
import { z } from 'zod'
import { redriveName } from '#lib/domain/redrive.ts'
import { stopRedrive as stop } from '#lib/redrive/stop.ts'
import { topicsOf } from '#lib/redrive/tell-incident.ts'
import { defineAction } from './define-action.ts'

/** Ends a redrive for good. What was moved stays moved. */
export const stopRedrive = defineAction({
  name: 'stop-redrive',
  role: 'operator',
  input: z.strictObject({ id: z.number().int().positive() }),
  detail: ({ id }) => ({ redrive: redriveName(id) }),
  run: async ({ id }, { tx, person, nowMs, touch }) => {
    const run = await stop(tx, id, { by: person.name, nowMs })
    touch(...topicsOf(run))
    return { id, name: redriveName(id), state: run.state }
  },
})
