'use server'
import { z } from 'zod'
import { getEnv } from '#lib/config/env.ts'
import { getSettings } from '#lib/config/load-settings.ts'
import { archiveName } from '#lib/domain/archive.ts'
import { AppError } from '#lib/domain/errors.ts'
import { groupName } from '#lib/domain/message-group.ts'
import { newArchiveTarget } from '#lib/redrive/archive-target.ts'
import { requireArchiveSecret } from '#lib/redrive/archive-work.ts'
import { requireLookable } from '#lib/redrive/look-into-queue.ts'
import { tellArchive, topicsOfArchive } from '#lib/redrive/tell-archive.ts'
import { insertArchive } from '#lib/store/archives.ts'
import { findIncidentOfQueues } from '#lib/store/incident-of-queue.ts'
import { isKnownGroup } from '#lib/store/message-groups.ts'
import { defineAction } from './define-action.ts'
import { MOST_NAME_LETTERS } from '#lib/domain/queue.ts'

const DAY_MS = 86_400_000

/** Takes dead letters out of their queue into an encrypted file or bucket, before SQS drops them: all that no group holds, or one group. */
export const archiveMessages = defineAction({
  name: 'archive-messages',
  role: 'operator',
  input: z.strictObject({
    queue: z.string().min(1).max(MOST_NAME_LETTERS),
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{32}$/, 'is not the fingerprint of a group')
      .nullable()
      .default(null),
    purpose: z.string().trim().min(1, 'is empty; say why they are archived').max(500),
  }),
  // Why stands with the archive; it may name people, whom the audit leaves out.
  detail: ({ queue, fingerprint }) => ({ queue, group: fingerprint === null ? null : groupName(fingerprint) }),
  run: async ({ queue: name, fingerprint, purpose }, { tx, person, nowMs, touch }) => {
    requireArchiveSecret(getEnv())
    const { queue, deadLetterOf } = await requireLookable(tx, name)
    if (deadLetterOf.length === 0)
      throw new AppError(
        'invalid_input',
        `queue: ${name} is no dead-letter queue; its consumer waits for its messages.`,
      )
    if (queue.isFifo)
      throw new AppError(
        'invalid_input',
        `queue: ${name} is a FIFO queue. The order of its groups would be lost; redrive it instead.`,
      )
    if (fingerprint !== null && !(await isKnownGroup(tx, name, fingerprint)))
      throw new AppError('not_found', `fingerprint: no look into ${name} saw the group ${groupName(fingerprint)}.`)
    const made = await insertArchive(tx, {
      queue: name,
      queueUrl: queue.url,
      groupFingerprint: fingerprint,
      target: newArchiveTarget(getSettings().archive),
      purpose,
      incident: await findIncidentOfQueues(tx, [name, ...deadLetterOf]),
      startedBy: person.name,
      startedMs: nowMs,
      expiresMs: nowMs + getSettings().retention.archiveDays * DAY_MS,
    })
    await tellArchive(tx, made, { moment: 'started', actor: person.name }, nowMs)
    touch(...topicsOfArchive(made))
    return { id: made.id, name: archiveName(made.id) }
  },
})
