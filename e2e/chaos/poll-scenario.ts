import type { APIRequestContext } from '@playwright/test'
import { signInOverHttp } from '#e2e/http-session.ts'
import { until } from '#e2e/processes.ts'
import { QUEUE_NAMES } from '#world/queues.ts'
import { connectSqs } from '#world/services/connect-sqs.ts'
import type { World } from '#world/world.ts'
import { countDifferences } from './counts-agree.ts'
import { BOUNDARIES, killAt } from './kill-at.ts'
import { differences, listOutcomes } from './outcomes-agree.ts'
import { endVisibilityTimeouts } from './received-messages.ts'
import type { ChaosContext, Scenario } from './scenario.ts'
import { publishSilentProfiles } from './silent-profiles.ts'
import { watchDeletes } from './watch-deletes.ts'

const AGREES_WITHIN_MS = 45_000
/** The rest of the kills strike while outcomes are read. */
const SHARE_OF_PROFILES = 0.25

async function run(context: ChaosContext, boundary: string): Promise<void> {
  const { world, app, random } = context
  const sqs = connectSqs(world.sqs.endpoint, 'infrastructure')
  const session = await signInOverHttp(app, 'omar')
  try {
    const watch = watchDeletes(context, session)
    const queue = random.next() < SHARE_OF_PROFILES ? QUEUE_NAMES.profilesTap : QUEUE_NAMES.outcomes
    const killed = killAt(context, boundary, queue)
    const driven = Promise.all([
      world.createProfiles(random.between(8, 20)),
      publishSilentProfiles(world, sqs, random.between(2, 6)),
    ])
    await killed
    await app.start()
    await endVisibilityTimeouts(world, sqs)
    await driven
    await world.createProfiles(random.between(2, 5))
    await world.settle()
    await untilAgreed(world, session)
    if (watch.tooEarly.length > 0) throw new Error(watch.tooEarly.join('; '))
    if (watch.judged() === 0) throw new Error('No delete was judged: nothing was deleted while Spillway ran.')
  } finally {
    await session.dispose()
    sqs.destroy()
  }
}

async function untilAgreed(world: World, session: APIRequestContext): Promise<void> {
  await until(
    'Spillway to show what the sandbox published',
    async () => {
      const { rows } = await listOutcomes(session)
      const wrong = [...differences(world, rows), ...(await countDifferences(world, session))]
      if (wrong.length === 0) return true
      throw new Error(`${wrong.length} differences, e.g. ${wrong.slice(0, 4).join('; ')}`)
    },
    AGREES_WITHIN_MS,
    250,
  )
}

/** A kill while messages are read: nothing published may be missing, doubled or in another state afterwards, and no count may differ. */
export const pollScenario: Scenario = {
  id: 'poll',
  title: 'killed while it reads e-mail outcomes or profiles',
  boundaries: BOUNDARIES,
  run,
}
