import type { APIRequestContext } from '@playwright/test'
import { until } from '#e2e/processes.ts'
import { QUEUE_NAMES } from '#world/queues.ts'
import { listOutcomes } from './outcomes-agree.ts'
import { deletedHandles, listReceived } from './received-messages.ts'
import type { ChaosContext } from './scenario.ts'

const SHOWN_WITHIN_MS = 5_000

/** Deletes of outcomes that came before what they delete was stored. */
export interface DeleteWatch {
  readonly tooEarly: readonly string[]
  /** Deletes that were judged. */
  readonly judged: () => number
}

/**
 * Holds each delete of outcomes until Spillway's own view shows what is deleted, and notes those for which it does not: nothing may be
 * deleted before it is stored. A delete whose process is killed meanwhile is carried out unjudged; the comparison at the end judges it.
 */
export function watchDeletes({ world, app }: ChaosContext, session: APIRequestContext): DeleteWatch {
  const tooEarly: string[] = []
  const deletedBodies = new Set<string>()
  let judged = 0
  world.sqs.faults.onBefore('DeleteMessageBatch', async (call) => {
    if (call.caller !== 'spillway' || call.queue !== QUEUE_NAMES.outcomes) return
    const process = app.process()
    const handles = new Set(deletedHandles(call.request))
    const bodies = listReceived(world).flatMap(({ receiptHandle, body }) => (handles.has(receiptHandle) ? [body] : []))
    for (const body of bodies) deletedBodies.add(body)
    const isDead = (): boolean => process === null || app.process() !== process
    try {
      await until(
        `${bodies.length} outcomes to be shown before they are deleted`,
        async () => isDead() || (await isShown(session, bodies, deletedBodies.size)) || undefined,
        SHOWN_WITHIN_MS,
        20,
      )
      if (!isDead()) judged += 1
    } catch (error) {
      if (!isDead()) tooEarly.push(String(error))
    }
  })
  return { tooEarly, judged: () => judged }
}

async function isShown(session: APIRequestContext, bodies: readonly string[], deleted: number): Promise<boolean> {
  const { rows, eventCount } = await listOutcomes(session)
  const known = new Set(rows.map(({ id }) => id))
  return eventCount >= deleted && bodies.every((body) => known.has(idOf(body)))
}

function idOf(body: string): string {
  const row: unknown = JSON.parse(body)
  if (row !== null && typeof row === 'object' && 'id' in row && typeof row.id === 'string') return row.id
  throw new Error('A message on the outcomes queue has no id.')
}
