'use server'
import { z } from 'zod'
import { archiveName } from '#lib/domain/archive.ts'
import { tellArchive, topicsOfArchive } from '#lib/redrive/tell-archive.ts'
import { moveArchive } from '#lib/store/archives.ts'
import { defineAction } from './define-action.ts'

/** Ends taking messages into an archive, or restoring it. What was done stays done; it can be restored from there. */
export const stopArchive = defineAction({
  name: 'stop-archive',
  role: 'operator',
  input: z.strictObject({ id: z.number().int().positive() }),
  detail: ({ id }) => ({ archive: archiveName(id) }),
  run: async ({ id }, { tx, person, nowMs, touch }) => {
    const run = await moveArchive(tx, id, 'stop', { endedMs: nowMs }, nowMs)
    await tellArchive(tx, run, { moment: 'stopped', actor: person.name }, nowMs)
    touch(...topicsOfArchive(run))
    return { id, name: archiveName(id) }
  },
})
