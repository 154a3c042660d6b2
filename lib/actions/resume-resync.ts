'use server'
import { z } from 'zod'
import { resyncName } from '#lib/domain/resync.ts'
import { controlResync } from '#lib/redrive/resync-control.ts'
import { resyncTopics } from '#lib/redrive/resync-step.ts'
import { defineAction } from './define-action.ts'

/** Goes on with a re-sync that rests, where it left off. */
export const resumeResync = defineAction({
  name: 'resume-resync',
  role: 'operator',
  input: z.strictObject({ id: z.number().int().positive() }),
  detail: ({ id }) => ({ resync: resyncName(id) }),
  run: async ({ id }, { tx, person, nowMs, touch }) => {
    const run = await controlResync(tx, id, 'resume', { by: person.name, nowMs })
    touch(...resyncTopics(run))
    return { id, name: resyncName(id), state: run.state }
  },
})
