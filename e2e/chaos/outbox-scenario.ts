import { setTimeout as pause } from 'node:timers/promises'
import type { APIRequestContext } from '@playwright/test'
import { readView, signInOverHttp } from '#e2e/http-session.ts'
import { until } from '#e2e/processes.ts'
import type { ChaosContext, Scenario } from './scenario.ts'
import { slackDifferences, type ShownIncident } from './slack-agrees.ts'

const POST = 'chat.postMessage'
const FIRST_INCIDENT_MS = 120_000
/** A lease runs out, the outbox waits until no call can be under way, asks, and tells what is left at a message a second. */
const AGREES_WITHIN_MS = 90_000
/** Within it the incident is found and told. */
const LATEST_MS = 40_000

/** What Spillway shows of its incidents. */
export type ReadIncidents = () => Promise<readonly ShownIncident[]>

/** Resolves when Spillway was killed at the boundary of telling a message, as Slack sees it. */
async function killAtBoundary(context: ChaosContext, boundary: string): Promise<void> {
  const { world, app, random } = context
  const { faults } = world.slack
  switch (boundary) {
    case 'before-call':
      faults.add({ method: POST, times: 1, action: { kind: 'drop-before' } })
      return killOnce(context, (strike) => [faults.onBefore(POST, strike)])
    case 'in-flight':
      // It is carried out afterwards: Slack does not know that nobody listens any more.
      return killOnce(context, (strike) => [faults.onBefore(POST, strike)])
    case 'after-call':
      faults.add({ method: POST, times: 1, action: { kind: 'drop-after-commit' } })
      return killOnce(context, (strike) => [faults.onAfter(POST, strike)])
    case 'after-commit':
      // A change in place and a reply need what the root is called, which was committed before.
      return killOnce(context, (strike) => [
        faults.onBefore('chat.update', strike),
        faults.onBefore(POST, async ({ request }) => ('thread_ts' in request ? strike() : undefined)),
      ])
    default:
      await pause(random.between(0, LATEST_MS))
      return app.stop('SIGKILL')
  }
}

/** Kills at the first strike of any hook, and takes all of them away. */
function killOnce(
  { app }: ChaosContext,
  hook: (strike: () => Promise<void>) => readonly (() => void)[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const removes = hook(async () => {
      removes.forEach((remove) => remove())
      await app.stop('SIGKILL').then(resolve, reject)
    })
  })
}

/** The consumer breaks for good: messages end in the dead-letter queue, and people are without their e-mail. */
async function breakConsumer({ world, random }: ChaosContext): Promise<void> {
  await world.faults.set('no-dlq', false)
  await world.faults.set('consumer-upgraded', true)
  await world.createProfiles(random.between(3, 8))
}

/** The scenario without its way to read incidents. Throws with what is not true afterwards. */
export async function tellThroughKills(
  context: ChaosContext,
  boundary: string,
  readIncidents: ReadIncidents,
): Promise<void> {
  const { world, app, random } = context
  const killed = killAtBoundary(context, boundary)
  await breakConsumer(context)
  await Promise.race([
    killed,
    pause(FIRST_INCIDENT_MS, undefined, { ref: false }).then(() => {
      throw new Error(`Nothing was told within ${FIRST_INCIDENT_MS / 1000} s.`)
    }),
  ])
  await app.start()
  // What is found later joins the same incident and is told below the same message.
  await world.createProfiles(random.between(2, 5))
  await until(
    'Slack to hold each incident once and each entry of its story once',
    async () => {
      const incidents = await readIncidents()
      if (incidents.length === 0) throw new Error('There is no incident.')
      const wrong = slackDifferences(world, incidents)
      if (wrong.length === 0) return true
      throw new Error(`${wrong.length} differences, e.g. ${wrong.slice(0, 4).join('; ')}`)
    },
    AGREES_WITHIN_MS,
    500,
  )
}

async function incidentsOf(session: APIRequestContext): Promise<readonly ShownIncident[]> {
  const { open, resolved } = await readView<Record<'open' | 'resolved', readonly ShownIncident[]>>(session, 'incidents')
  return Promise.all([...open, ...resolved].map(({ name }) => readView<ShownIncident>(session, 'incident', { name })))
}

async function run(context: ChaosContext, boundary: string): Promise<void> {
  const session = await signInOverHttp(context.app, 'omar')
  try {
    await tellThroughKills(context, boundary, () => incidentsOf(session))
  } finally {
    await session.dispose()
  }
}

/** A kill while an incident is told: exactly one message of it in Slack, each entry of its story once, and nothing else. */
export const outboxScenario: Scenario = {
  id: 'outbox',
  title: 'killed while it tells an incident in Slack',
  boundaries: ['before-call', 'in-flight', 'after-call', 'after-commit', 'random'],
  run,
}
