'use server'
import { z } from 'zod'
import { archiveName } from '#lib/domain/archive.ts'
import { AppError } from '#lib/domain/errors.ts'
import { tellArchive, topicsOfArchive } from '#lib/redrive/tell-archive.ts'
import { getArchive, moveArchive } from '#lib/store/archives.ts'
import { findIncidentOfQueues } from '#lib/store/incident-of-queue.ts'
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
    const kept = await getArchive(tx, id)
    const incident = kept.incident ?? (await findIncidentOfQueues(tx, [kept.queue, queue.name]))
    const to = { restoreQueue: queue.name, restoreUrl: queue.url }
    const by = { restoredBy: person.name, restoreStartedMs: nowMs }
    const run = await moveArchive(tx, id, 'restore', { ...to, ...by, incident }, nowMs)
    await tellArchive(tx, run, { moment: 'restoring', actor: person.name }, nowMs)
    touch(...topicsOfArchive(run))
    return { id, name: archiveName(id) }
  },
})
