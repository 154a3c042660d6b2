'use server'
import { z } from 'zod'
import { getEnv } from '#lib/config/env.ts'
import { getSettings } from '#lib/config/load-settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import { REDRIVE_WAYS, redriveName } from '#lib/domain/redrive.ts'
import type { RedriveSelection } from '#lib/domain/redrive-selection.ts'
import { transformWords, type RedriveTransform, type TransformStep } from '#lib/domain/redrive-transform.ts'
import { actorOf } from '#lib/domain/viewer.ts'
import { askAboutQueues } from '#lib/redrive/ask-about-queues.ts'
import { askForPerson } from '#lib/redrive/ask-for-person.ts'
import { findRoad } from '#lib/redrive/find-road.ts'
import { planRedrive as plan, sampleFor } from '#lib/redrive/plan.ts'
import { addCalls } from '#lib/store/api-calls.ts'
import { getIncident } from '#lib/store/incidents.ts'
import { findIncidentOfQueues } from '#lib/store/incident-of-queue.ts'
import { listHeldGroups } from '#lib/store/message-groups.ts'
import { withStore } from '#lib/store/outage.ts'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import { attributeName, selectionSchema, transformSchema } from '#lib/store/redrive-plan-schema.ts'
import { listRedrives } from '#lib/store/redrives.ts'
import { defineAction } from './define-action.ts'
import { MOST_NAME_LETTERS } from '#lib/domain/queue.ts'

/** Every plan reads real messages, so a queue is not planned for more often than this. */
const BETWEEN_PLANS_MS = 5_000

/** Plans a redrive and shows it on a real message, without moving anything. Without a number it heals the incident that the queue belongs to. */
export const planRedrive = defineAction({
  name: 'plan-redrive',
  role: 'operator',
  input: z.strictObject({
    queue: z.string().min(1).max(MOST_NAME_LETTERS),
    destination: z.string().min(1).max(MOST_NAME_LETTERS).nullable().default(null),
    /** Short for as many steps that come before those of `transform`. */
    removeAttributes: z.array(attributeName).max(10).default([]),
    transform: transformSchema.default([]),
    selection: selectionSchema.prefault({}),
    way: z.enum(REDRIVE_WAYS).default('ledger'),
    canaryMessages: z.number().int().min(1).max(100).default(1),
    acceptsInterleaving: z.boolean().default(false),
    purpose: z.string().trim().max(500).nullable().default(null),
    mostMessages: z.number().int().positive().max(1_000_000).nullable().default(null),
    perSecond: z.number().positive().max(500).nullable().default(null),
    incident: z.number().int().positive().nullable().default(null),
  }),
  detail: ({ removeAttributes, transform, selection, purpose: _inWords, ...rest }) => ({
    ...rest,
    transform: transformWords(stepsOf({ removeAttributes, transform })),
    selection: selection.messageIds === null ? criteriaNames(selection) : `${selection.messageIds.length} listed`,
  }),
  prepare: async (wanted, { nowMs }) => {
    const { road, hasHeld } = await withStore(async ({ orm }) => {
      const found = await findRoad(orm, { ...wanted, transform: stepsOf(wanted) })
      if (wanted.incident !== null) await getIncident(orm, wanted.incident)
      const [latest] = await listRedrives(orm, { queue: wanted.queue, limit: 1 })
      if (latest !== undefined && nowMs - latest.plannedMs < BETWEEN_PLANS_MS)
        throw new AppError(
          'rate_limited',
          `${redriveName(latest.id)} was planned just now by ${latest.plannedBy}. Look at it first.`,
        )
      return { road: found, hasHeld: (await listHeldGroups(orm, wanted.queue)).size > 0 }
    })
    const queues = {
      sourceUrl: road.source.url,
      sourceArn: road.mode === 'in-place' ? null : road.source.arn,
      destinationUrl: road.destination.url,
    }
    const asked = await askForPerson({ env: getEnv(), settings: getSettings() }, async (access) => ({
      scan: await sampleFor(access, road, { settings: getSettings(), selection: wanted.selection, hasHeld }),
      queues: await askAboutQueues(access, queues),
    }))
    return { road, ...asked.answer, calls: asked.calls }
  },
  run: async (wanted, { tx, person, nowMs, touch }, { road, scan, queues: told, calls }) => {
    await addCalls(tx, calls, nowMs)
    await addOwnTraffic(tx, road.source.name, { received: scan.messages.length }, nowMs)
    const queues = [road.source.name, road.destination.name]
    const incident = wanted.incident ?? (await findIncidentOfQueues(tx, queues))
    const made = await plan(
      tx,
      { ...wanted, transform: stepsOf(wanted), incident, purpose: wanted.purpose === '' ? null : wanted.purpose },
      { road, scan, queues: told, by: person.name, actor: actorOf(person), nowMs, settings: getSettings() },
    )
    touch('redrives', 'incidents')
    return { id: made.id, name: redriveName(made.id) }
  },
})

function stepsOf(wanted: {
  readonly removeAttributes: readonly string[]
  readonly transform: RedriveTransform
}): RedriveTransform {
  const removed = wanted.removeAttributes.map((name): TransformStep => ({ kind: 'remove-attribute', name }))
  return [...removed, ...wanted.transform]
}

/** What narrows it, for the audit: names only, since values may be personal. */
function criteriaNames({ sentFromMs, sentBeforeMs, attributes, fields, shape }: RedriveSelection): string {
  const window = sentFromMs === null && sentBeforeMs === null ? [] : ['sent']
  const names = [...attributes, ...fields].map(({ name }) => name)
  return [...window, ...names, ...(shape === null ? [] : ['shape'])].join(' ')
}
