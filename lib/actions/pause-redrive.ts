'use server'
import { z } from 'zod'
import { redriveName } from '#lib/domain/redrive.ts'
import { pauseRedrive as pause } from '#lib/redrive/pause.ts'
import { topicsOf } from '#lib/redrive/tell-incident.ts'
import { defineAction } from './define-action.ts'

/** Lets a redrive rest after the step that is under way. */
export const pauseRedrive = defineAction({
  name: 'pause-redrive',
  role: 'operator',
  input: z.strictObject({ id: z.number().int().positive() }),
  detail: ({ id }) => ({ redrive: redriveName(id) }),
  run: async ({ id }, { tx, person, nowMs, touch }) => {
    const run = await pause(tx, id, { by: person.name, nowMs })
    touch(...topicsOf(run))
    return { id, name: redriveName(id), state: run.state }
  },
})
