import { signInOverHttp } from '#e2e/http-session.ts'
import { until } from '#e2e/processes.ts'
import { differences, listOutcomes } from './outcomes-agree.ts'
import type { ChaosContext, Scenario } from './scenario.ts'

const OUTCOMES = /outcomes/

/** Resolves at the boundary of a poll of the outcomes queue, as the SQS server sees it. The process is killed there. */
function atBoundary({ world, random }: ChaosContext, boundary: string): Promise<void> {
  const { faults } = world.sqs
  const isOurs = (call: { queue: string | undefined; caller: string }): boolean =>
    call.caller === 'spillway' && OUTCOMES.test(call.queue ?? '')
  return new Promise((resolve) => {
    const once = (remove: () => void): void => {
      remove()
      resolve()
    }
    switch (boundary) {
      case 'request-sent': {
        const remove = faults.onBefore('ReceiveMessage', (call) => (isOurs(call) ? once(remove) : undefined))
        break
      }
      case 'response-received': {
        const remove = faults.onAfter('ReceiveMessage', (call) => {
          if (isOurs(call) && JSON.stringify(call.response).includes('MessageId')) once(remove)
        })
        break
      }
      case 'committed': {
        // The delete is what follows the commit. It is still carried out: what was deleted and not stored would be lost for good.
        const remove = faults.onBefore('DeleteMessageBatch', (call) => (isOurs(call) ? once(remove) : undefined))
        break
      }
      default:
        setTimeout(resolve, random.between(0, 2500))
    }
  })
}

async function run(context: ChaosContext, boundary: string): Promise<void> {
  const { world, app, random } = context
  const driven = world.createProfiles(random.between(12, 30))
  await atBoundary(context, boundary)
  await context.killAndRestart()
  await world.createProfiles(random.between(3, 8))
  await driven
  await world.settle()
  const session = await signInOverHttp(app, 'omar')
  try {
    await until(
      'Spillway to show what the sandbox published',
      async () => {
        const { rows } = await listOutcomes(session)
        const wrong = differences(world, rows)
        if (wrong.length === 0) return true
        throw new Error(`${wrong.length} differences, e.g. ${wrong.slice(0, 3).join('; ')}`)
      },
      60_000,
      250,
    )
    const { eventCount } = await listOutcomes(session)
    const published = world.record.listOutcomes().length
    if (eventCount !== published) throw new Error(`${published} events were published and ${eventCount} are stored`)
  } finally {
    await session.dispose()
  }
}

/** A kill while outcomes are read: nothing published may be missing, doubled or in another state afterwards. */
export const pollScenario: Scenario = {
  id: 'poll',
  title: 'killed while it reads e-mail outcomes',
  boundaries: ['request-sent', 'response-received', 'committed', 'random'],
  run,
}
