import type { APIRequestContext } from '@playwright/test'
import { readView } from '#e2e/http-session.ts'
import { until } from '#e2e/processes.ts'
import type { World } from '#world/world.ts'
import { slackDifferences, type ShownIncident } from './slack-agrees.ts'

/** What Spillway shows: its incidents, and how many messages wait to be told. */
export interface ShownIncidents {
  readonly incidents: readonly ShownIncident[]
  readonly waiting: number
}

interface Health {
  readonly channels: readonly { readonly waiting: number }[]
}

export async function readIncidents(session: APIRequestContext): Promise<ShownIncidents> {
  const health: Health = await (await session.get('/api/health')).json()
  const { open, resolved } = await readView<Record<'open' | 'resolved', readonly ShownIncident[]>>(session, 'incidents')
  const names = [...open, ...resolved].map(({ name }) => name)
  const incidents = await Promise.all(names.map((name) => readView<ShownIncident>(session, 'incident', { name })))
  return { incidents, waiting: health.channels.reduce((sum, { waiting }) => sum + waiting, 0) }
}

/**
 * Waits until what a run broke is one incident, and Slack holds each incident as one message with each entry of its story once below it. On
 * a machine that is too busy to let Spillway read its sources in time it says so, in an incident of its own.
 */
export async function untilToldOnce(
  world: World,
  look: () => Promise<ShownIncidents>,
  withinMs: number,
): Promise<ShownIncident> {
  return until(
    'Slack to hold the one incident once and each entry of its story once',
    async () => {
      const { incidents, waiting } = await look()
      const [incident, ...others] = incidents.filter(({ isBlind }) => !isBlind)
      // All that a run breaks has one cause.
      if (incident === undefined || others.length > 0) throw new Error(`There are ${incidents.length} incidents.`)
      // A message that nobody is sure of may still be told again.
      if (waiting > 0) throw new Error(`${waiting} messages wait.`)
      const wrong = slackDifferences(world, incidents)
      if (wrong.length === 0) return incident
      throw new Error(`${wrong.length} differences, e.g. ${wrong.slice(0, 4).join('; ')}`)
    },
    withinMs,
    500,
  )
}
