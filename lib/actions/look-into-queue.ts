'use server'
import { z } from 'zod'
import { getEnv } from '#lib/config/env.ts'
import { getSettings } from '#lib/config/load-settings.ts'
import { singleton } from '#lib/config/singleton.ts'
import { AppError } from '#lib/domain/errors.ts'
import { askForPerson, type Asked } from '#lib/redrive/ask-for-person.ts'
import { lookIntoQueue as look, lookWords, requireLookable, type LookResult } from '#lib/redrive/look-into-queue.ts'
import { addCalls } from '#lib/store/api-calls.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { findIncidentOfQueues } from '#lib/store/incident-of-queue.ts'
import { findLatestLook, insertLook, type LookWithShapes } from '#lib/store/looks.ts'
import { withStore } from '#lib/store/outage.ts'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import { defineAction } from './define-action.ts'

/** A look is shared by everybody for so long: each is a receive of every message that it reads. */
const SHARED_MS = 60_000

/** Queues into which somebody looks at this moment. */
const underWay = () => singleton('looks-under-way', () => new Set<string>())

type Found = Asked<LookResult> & { readonly deadLetterOf: readonly string[] }

/** Looks into a dead-letter queue, or into a queue without one that is stuck, and keeps what the messages look like. */
export const lookIntoQueue = defineAction({
  name: 'look-into-queue',
  role: 'responder',
  input: z.strictObject({ queue: z.string().min(1).max(80) }),
  detail: ({ queue }) => ({ queue }),
  prepare: async ({ queue: name }, { nowMs }): Promise<LookWithShapes | Found> => {
    const { queue, deadLetterOf, latest } = await withStore(async ({ orm }) => ({
      ...(await requireLookable(orm, name)),
      latest: await findLatestLook(orm, [name]),
    }))
    if (latest !== null && nowMs - latest.atMs < SHARED_MS) return latest
    if (underWay().has(name))
      throw new AppError('rate_limited', `Somebody is looking into ${name} at this moment; what they see is shared.`)
    underWay().add(name)
    try {
      const lookable = { queue, deadLetterOf }
      const asked = await askForPerson(getEnv().AWS_REGION, (access) => look(access, lookable, getSettings()))
      return { ...asked, deadLetterOf }
    } finally {
      underWay().delete(name)
    }
  },
  run: async ({ queue }, { tx, person, nowMs, touch }, found) => {
    if (!('answer' in found)) return { look: found, shown: [], isShared: true }
    const { shown, shapes, ...facts } = found.answer
    await addCalls(tx, found.calls, nowMs)
    await addOwnTraffic(tx, queue, { received: facts.read }, nowMs)
    const made = { ...facts, queue, atMs: nowMs, kind: 'look', by: person.name, isHealthy: false } as const
    const stored = await insertLook(tx, made, shapes)
    const incident = await findIncidentOfQueues(tx, [queue, ...found.deadLetterOf])
    const text = `${person.name} looked into ${queue}: ${lookWords(facts)}`
    const entry = { atMs: nowMs, kind: 'look', actor: person.name, text, data: { look: stored.id } } as const
    if (incident !== null) await addEntry(tx, { ...entry, incident })
    touch('looks', `queue:${queue}`, 'incidents')
    return { look: stored, shown, isShared: false }
  },
})
