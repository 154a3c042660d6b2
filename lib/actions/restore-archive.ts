'use server'
import { z } from 'zod'
import { archiveName } from '#lib/domain/archive.ts'
import { AppError } from '#lib/domain/errors.ts'
import { moveArchive } from '#lib/store/archives.ts'
import { listQueues } from '#lib/store/queues.ts'
import { defineAction } from './define-action.ts'
import { MOST_NAME_LETTERS } from '#lib/domain/queue.ts'

/** Sends what an archive keeps to a queue again, as it was; SQS gives each message a new id and a new moment of sending. */
export const restoreArchive = defineAction({
  name: 'restore-archive',
  role: 'operator',
  input: z.strictObject({ id: z.number().int().positive(), destination: z.string().min(1).max(MOST_NAME_LETTERS) }),
  detail: ({ id, destination }) => ({ archive: archiveName(id), destination }),
  run: async ({ id, destination }, { tx, person, nowMs, touch }) => {
    const queue = (await listQueues(tx)).find(({ name }) => name === destination)
    if (queue === undefined)
      throw new AppError('not_found', `destination: SQS has told Spillway of no queue named ${destination}.`)
    if (queue.isFifo)
      throw new AppError(
        'invalid_input',
        `destination: ${destination} is a FIFO queue, and what was archived has no group.`,
      )
    const change = { restoreQueue: queue.name, restoreUrl: queue.url, restoredBy: person.name, restoreStartedMs: nowMs }
    const run = await moveArchive(tx, id, 'restore', change, nowMs)
    touch('looks', `queue:${run.queue}`)
    return { id, name: archiveName(id) }
  },
})
