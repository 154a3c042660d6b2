'use server'
import { z } from 'zod'
import { resyncName } from '#lib/domain/resync.ts'
import { controlResync } from '#lib/redrive/resync-control.ts'
import { resyncTopics } from '#lib/redrive/resync-step.ts'
import { defineAction } from './define-action.ts'

/** Lets a re-sync rest after the step that is under way. */
export const pauseResync = defineAction({
  name: 'pause-resync',
  role: 'operator',
  input: z.strictObject({ id: z.number().int().positive() }),
  detail: ({ id }) => ({ resync: resyncName(id) }),
  run: async ({ id }, { tx, person, nowMs, touch }) => {
    const run = await controlResync(tx, id, 'pause', { by: person.name, nowMs })
    touch(...resyncTopics(run))
    return { id, name: resyncName(id), state: run.state }
  },
})
