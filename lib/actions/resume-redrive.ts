'use server'
import { z } from 'zod'
import { redriveName } from '#lib/domain/redrive.ts'
import { resumeRedrive as resume } from '#lib/redrive/resume.ts'
import { topicsOf } from '#lib/redrive/tell-incident.ts'
import { defineAction } from './define-action.ts'

/** Lets a redrive go on that is paused, or that stopped by itself. */
export const resumeRedrive = defineAction({
  name: 'resume-redrive',
  role: 'operator',
  input: z.strictObject({
    id: z.number().int().positive(),
    /** Why it stopped by itself, as the person read it; null for one that is paused. */
    knowing: z.string().max(2_000).nullable().default(null),
  }),
  detail: ({ id }) => ({ redrive: redriveName(id) }),
  run: async ({ id, knowing }, { tx, person, nowMs, touch }) => {
    const run = await resume(tx, id, { by: person.name, nowMs, knowing })
    touch(...topicsOf(run))
    return { id, name: redriveName(id), state: run.state }
  },
})
