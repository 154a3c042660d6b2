'use server'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { getEnv } from '#lib/config/env.ts'
import { getSettings } from '#lib/config/load-settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import { lookWarning, lookWords } from '#lib/domain/look-words.ts'
import { dlqNameOf, MOST_NAME_LETTERS } from '#lib/domain/queue.ts'
import { traceLink } from '#lib/domain/sentry-links.ts'
import { fromToWords } from '#lib/domain/when-words.ts'
import { askForPerson, type Asked } from '#lib/redrive/ask-for-person.ts'
import {
  lookIntoQueue as look,
  mostHiddenSeconds,
  requireLookable,
  type Lookable,
  type LookResult,
  type ShownMessage,
} from '#lib/redrive/look-into-queue.ts'
import { addCalls } from '#lib/store/api-calls.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { findIncidentOfQueues } from '#lib/store/incident-of-queue.ts'
import { listHolds, releaseHold, takeHold } from '#lib/store/look-holds.ts'
import { findLatestLook, insertLook, type LookWithShapes } from '#lib/store/looks.ts'
import { withStore } from '#lib/store/outage.ts'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import { defineAction } from './define-action.ts'

/** A look is shared by everybody for so long: each is a receive of every message that it reads. */
const SHARED_MS = 60_000

type Found = Asked<LookResult> & { readonly lookable: Lookable }

/** Looks into a dead-letter queue, or into a queue without one that is stuck, and keeps what the messages look like. */
export const lookIntoQueue = defineAction({
  name: 'look-into-queue',
  role: 'responder',
  input: z.strictObject({
    queue: z.string().min(1).max(MOST_NAME_LETTERS),
    /** The person knows that a receive of this queue matters. */
    isReceiveAccepted: z.boolean().default(false),
  }),
  detail: ({ queue, isReceiveAccepted }) => ({ queue, isReceiveAccepted }),
  prepare: async ({ queue: name, isReceiveAccepted }, { nowMs, person }): Promise<LookWithShapes | Found> => {
    const { latest, ...lookable } = await withStore(async ({ orm }) => ({
      ...(await requireLookable(orm, name)),
      latest: await findLatestLook(orm, [name]),
    }))
    if (latest !== null && nowMs - latest.atMs < SHARED_MS) return latest
    requireAccepted(lookable, isReceiveAccepted)
    const asked = await whileHeld(lookable, { nowMs, by: person.name }, (onStillHeld) =>
      askForPerson({ env: getEnv(), settings: getSettings() }, (access) =>
        look(access, lookable, getSettings(), onStillHeld),
      ),
    )
    return { ...asked, lookable }
  },
  run: async ({ queue }, { tx, person, nowMs, touch }, found) => {
    if (!('answer' in found)) return { look: found, shown: [], isShared: true }
    const { shown, shapes, ...facts } = found.answer
    const { deadLetterOf, queue: looked } = found.lookable
    await addCalls(tx, found.calls, nowMs)
    await addOwnTraffic(tx, queue, { received: facts.read }, nowMs)
    const made = { ...facts, queue, atMs: nowMs, kind: 'look', by: person.name, isHealthy: false } as const
    const stored = await insertLook(tx, made, shapes)
    const incident = await findIncidentOfQueues(tx, [queue, ...deadLetterOf])
    const text = `${person.name} looked into ${queue}: ${lookWords({ ...facts, isFifo: looked.isFifo })}`
    const entry = { atMs: nowMs, kind: 'look', actor: person.name, text, data: { look: stored.id } } as const
    if (incident !== null) await addEntry(tx, { ...entry, incident })
    touch('looks', `queue:${queue}`, 'incidents')
    return { look: stored, shown: shown.map(linked), isShared: false }
  },
})

/** With the way to the issues of its trace, where Sentry is connected. */
function linked({ traceId, ...message }: ShownMessage) {
  const { SENTRY_URL: url, SENTRY_ORG: org } = getEnv()
  return { ...message, traceHref: traceId === null || org === undefined ? null : traceLink({ url, org }, traceId) }
}

function requireAccepted({ queue }: Lookable, isAccepted: boolean): void {
  const { name, maxReceiveCount } = queue
  const warning = lookWarning({ name, maxReceiveCount, dlqName: dlqNameOf(queue) })
  if (warning !== null && !isAccepted)
    throw new AppError('conflict', `isReceiveAccepted: ${warning} Accept that to look all the same.`)
}

/**
 * Runs a look under a row that says what is hidden and until when; it is committed before the first receive, so that it tells also of a
 * process that died. Throws `rate_limited` while another look, or what is left of one, has the queue.
 */
async function whileHeld<T>(
  lookable: Lookable,
  { nowMs, by }: { readonly nowMs: number; readonly by: string },
  work: (onStillHeld: (count: number) => void) => Promise<T>,
): Promise<T> {
  const { name } = lookable.queue
  const untilMs = nowMs + mostHiddenSeconds(lookable, getSettings()) * 1000
  const token = randomUUID()
  await withStore(async ({ orm }) => {
    if (await takeHold(orm, { queue: name, by, fromMs: nowMs, untilMs }, token)) return
    const [other] = await listHolds(orm, nowMs, name)
    throw new AppError('rate_limited', busyWords(name, other ?? { by: 'Somebody', fromMs: nowMs, untilMs }, nowMs))
  })
  let stillHeld = 0
  try {
    return await work((count) => (stillHeld = count))
  } finally {
    // What could not be given back stays hidden, and so does the row that says it.
    if (stillHeld === 0) await withStore(({ orm }) => releaseHold(orm, name, token, Date.now()))
  }
}

function busyWords(
  queue: string,
  { by, fromMs, untilMs }: { readonly by: string; readonly fromMs: number; readonly untilMs: number },
  nowMs: number,
): string {
  const span = fromToWords(fromMs, untilMs, nowMs, getSettings().team.timeZone)
  return `${by} looks into ${queue}, and what they see is shared. The messages are hidden ${span} at the latest.`
}
