'use server'
import { z } from 'zod'
import { redriveName } from '#lib/domain/redrive.ts'
import { resumeRedrive as resume } from '#lib/redrive/resume.ts'
import { topicsOf } from '#lib/redrive/tell-incident.ts'
import { defineAction } from './define-action.ts'

/** Lets a paused redrive go on. */
export const resumeRedrive = defineAction({
  name: 'resume-redrive',
  role: 'operator',
  input: z.strictObject({ id: z.number().int().positive() }),
  detail: ({ id }) => ({ redrive: redriveName(id) }),
  run: async ({ id }, { tx, person, nowMs, touch }) => {
    const run = await resume(tx, id, { by: person.name, nowMs })
    touch(...topicsOf(run))
    return { id, name: redriveName(id), state: run.state }
  },
})
