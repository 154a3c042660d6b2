import { setTimeout as pause } from 'node:timers/promises'
import type { APIRequestContext } from '@playwright/test'
import { readView, signInOverHttp } from '#e2e/http-session.ts'
import { until } from '#e2e/processes.ts'
import type { ChaosContext, Scenario } from './scenario.ts'
import { slackDifferences, type ShownIncident } from './slack-agrees.ts'

const POST = 'chat.postMessage'
const KILLED_WITHIN_MS = 120_000
const MORE_EVERY_MS = 5_000
/** A lease runs out, the outbox waits until no call can be under way, asks, and tells what is left at a message a second. */
const AGREES_WITHIN_MS = 90_000
/** Within it the incident is found and told. */
const LATEST_MS = 40_000

/** What Spillway shows: its incidents, and how many messages wait to be told. */
export interface Shown {
  readonly incidents: readonly ShownIncident[]
  readonly waiting: number
}

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

/** The scenario without its way to look at Spillway. Throws with what is not true afterwards. */
export async function tellThroughKills(
  context: ChaosContext,
  boundary: string,
  look: () => Promise<Shown>,
): Promise<void> {
  const { world, app, random } = context
  const killed = killAtBoundary(context, boundary).then(() => true)
  await breakConsumer(context)
  const deadline = Date.now() + KILLED_WITHIN_MS
  while (!(await Promise.race([killed, pause(MORE_EVERY_MS, false)]))) {
    if (Date.now() > deadline) throw new Error(`The boundary ${boundary} was not met in ${KILLED_WITHIN_MS / 1000} s.`)
    // More of the same, so that there is always something new to tell.
    await world.createProfiles(1)
  }
  await app.start()
  // What is found later joins the same incident and is told below the same message.
  await world.createProfiles(random.between(2, 5))
  await until(
    'Slack to hold each incident once and each entry of its story once',
    async () => {
      const { incidents, waiting } = await look()
      if (incidents.length === 0) throw new Error('There is no incident.')
      // A message that nobody is sure of may still be told again.
      if (waiting > 0) throw new Error(`${waiting} messages wait.`)
      const wrong = slackDifferences(world, incidents)
      if (wrong.length === 0) return true
      throw new Error(`${wrong.length} differences, e.g. ${wrong.slice(0, 4).join('; ')}`)
    },
    AGREES_WITHIN_MS,
    500,
  )
}

interface Health {
  readonly channels: readonly { readonly waiting: number }[]
}

async function shownTo(session: APIRequestContext): Promise<Shown> {
  const health: Health = await (await session.get('/api/health')).json()
  const { open, resolved } = await readView<Record<'open' | 'resolved', readonly ShownIncident[]>>(session, 'incidents')
  const names = [...open, ...resolved].map(({ name }) => name)
  const incidents = await Promise.all(names.map((name) => readView<ShownIncident>(session, 'incident', { name })))
  return { incidents, waiting: health.channels.reduce((sum, { waiting }) => sum + waiting, 0) }
}

async function run(context: ChaosContext, boundary: string): Promise<void> {
  const session = await signInOverHttp(context.app, 'omar')
  try {
    await tellThroughKills(context, boundary, () => shownTo(session))
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
