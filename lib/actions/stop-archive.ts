'use server'
import { z } from 'zod'
import { archiveName } from '#lib/domain/archive.ts'
import { moveArchive } from '#lib/store/archives.ts'
import { defineAction } from './define-action.ts'

/** Ends taking messages into an archive, or restoring it. What was done stays done; it can be restored from there. */
export const stopArchive = defineAction({
  name: 'stop-archive',
  role: 'operator',
  input: z.strictObject({ id: z.number().int().positive() }),
  detail: ({ id }) => ({ archive: archiveName(id) }),
  run: async ({ id }, { tx, nowMs, touch }) => {
    const run = await moveArchive(tx, id, 'stop', { endedMs: nowMs }, nowMs)
    touch('looks', `queue:${run.queue}`)
    return { id, name: archiveName(id) }
  },
})
