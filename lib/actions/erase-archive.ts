'use server'
import { z } from 'zod'
import { archiveName } from '#lib/domain/archive.ts'
import { AppError } from '#lib/domain/errors.ts'
import { tellArchive, topicsOfArchive } from '#lib/redrive/tell-archive.ts'
import { findActiveArchive, getArchive, lockArchives, moveArchive } from '#lib/store/archives.ts'
import { defineAction } from './define-action.ts'

/** Erases the file of an archive for good. What was not restored is lost: an admin types the archive's name. */
export const eraseArchive = defineAction({
  name: 'erase-archive',
  role: 'admin',
  input: z.strictObject({ id: z.number().int().positive(), confirm: z.string().max(40) }),
  detail: ({ id }) => ({ archive: archiveName(id) }),
  run: async ({ id, confirm }, { tx, person, nowMs, touch }) => {
    if (confirm.trim().toUpperCase() !== archiveName(id))
      throw new AppError(
        'invalid_input',
        `confirm: type ${archiveName(id)} to erase it; what was not restored is lost then.`,
      )
    const { queue } = await getArchive(tx, id)
    await lockArchives(tx, queue)
    const active = await findActiveArchive(tx, queue)
    if (active !== null)
      throw new AppError(
        'conflict',
        `${archiveName(active.id)} takes messages out of ${queue}; wait for its end, or stop it.`,
      )
    const run = await moveArchive(tx, id, 'erase', { erasedBy: person.name }, nowMs)
    await tellArchive(tx, run, { moment: 'erasing', actor: person.name }, nowMs)
    touch(...topicsOfArchive(run))
    return { id, name: archiveName(id) }
  },
})
