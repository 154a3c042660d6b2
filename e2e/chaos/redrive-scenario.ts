import { setTimeout as pause } from 'node:timers/promises'
import { callAction } from '#e2e/call-action.ts'
import { readView, signInOverHttp } from '#e2e/http-session.ts'
import { until } from '#e2e/processes.ts'
import { dlqNameOf, QUEUE_NAMES } from '#world/queues.ts'
import { redriveFaults, type ShownRedrive } from './redrive-ledger-agrees.ts'
import type { ChaosContext, Scenario } from './scenario.ts'
import { readIncidents, untilToldOnce, type ShownIncidents } from './shown-incidents.ts'
import { disturb, REDRIVE_MOMENTS, strikeRedrive, type Road } from './strike-redrive.ts'
import { watchMoved } from './watch-moved.ts'

const SOURCE = QUEUE_NAMES.profileCreated
/** CloudWatch tells whole minutes, and what is stuck in place is found by what it tells. */
const FOUND_MS = 180_000
/** A kill, a lease that runs out, messages that stay hidden, and the evidence of the first message's fate. */
const MOVED_MS = 300_000
const TOLD_MS = 90_000
/** The first call is throttled, the second moves the first message, and the rest takes at least two more. */
const LATEST_TURN = 4

/** The ways in which a redrive is met: by a person over HTTP, or by whoever tries this scenario without pages. */
export interface RedriveDoor {
  /** Undefined while it cannot be planned yet, e.g. because Spillway does not know the fault. */
  readonly plan: (queue: string) => Promise<number | undefined>
  readonly start: (id: number) => Promise<void>
  readonly read: (id: number) => Promise<ShownRedrive>
  readonly look: () => Promise<ShownIncidents>
}

/** Messages that the consumer cannot process, in their queue or in its dead-letter queue. Returns their bodies. */
async function breakConsumer({ world, random }: ChaosContext, source: string): Promise<string[]> {
  await world.faults.set('no-dlq', source === SOURCE)
  await world.faults.set('consumer-upgraded', true)
  const people = await world.createProfiles(random.between(8, 14))
  const bodies = people.map(({ tisId }) => JSON.stringify({ traineeTisId: tisId }))
  if (source !== SOURCE)
    await until(
      'every message to be dead',
      () => (world.sqs.store.measure(source).visible >= bodies.length ? true : undefined),
      60_000,
    )
  return bodies
}

/** The scenario without its way into Spillway. Throws with what is not true afterwards. */
export async function redriveThroughStrikes(context: ChaosContext, boundary: string, door: RedriveDoor): Promise<void> {
  const { world, app, random } = context
  const [where = '', moment = 'random'] = boundary.split(' ')
  const road: Road = { source: where === 'in-place' ? SOURCE : dlqNameOf(SOURCE), destination: SOURCE }
  const bodies = await breakConsumer(context, road.source)
  const id = await until('Spillway to plan the redrive', () => door.plan(road.source), FOUND_MS, 1_000)
  disturb(context, road)
  const watch = watchMoved(context, road, async () => (await door.read(id)).counts.moved)
  const struck = strikeRedrive(context, moment, { road, turn: random.between(1, LATEST_TURN) })
  await door.start(id)
  await Promise.race([struck, tooLate()])
  if (app.process() === null) await app.start()
  const shown = await until(
    'the redrive to be moved by itself',
    async () => {
      const redrive = await door.read(id)
      if (redrive.state === 'verifying' || redrive.state === 'done') return redrive
      throw new Error(JSON.stringify(redrive))
    },
    MOVED_MS,
    500,
  )
  const { moved } = shown.counts
  const wrong = [
    ...watch.tooEarly,
    ...(moved === bodies.length ? [] : [`${moved} messages are shown as moved, of ${bodies.length}`]),
    ...redriveFaults(world, shown, { ...road, bodies }),
  ]
  if (wrong.length > 0) throw new Error(wrong.slice(0, 5).join('; '))
  if (watch.judged() === 0) throw new Error('No delete was judged: nothing was deleted while Spillway ran.')
  await untilToldOnce(world, door.look, TOLD_MS)
}

async function tooLate(): Promise<never> {
  await pause(MOVED_MS, undefined, { ref: false })
  throw new Error(`Nothing was moved within ${MOVED_MS / 1000} s.`)
}

async function run(context: ChaosContext, boundary: string): Promise<void> {
  const session = await signInOverHttp(context.app, 'omar')
  const act = async (name: string, input: unknown): Promise<unknown> => {
    const answer = await callAction(context.app, session, name, input)
    if (answer.ok) return answer.data
    throw new Error(`${name}: ${answer.error.message}`)
  }
  try {
    await redriveThroughStrikes(context, boundary, {
      plan: async (queue) => idOf(await act('planRedrive', { queue, removeAttributes: ['JavaType'] })),
      start: async (id) => void (await act('startRedrive', { id })),
      read: (id) => readView<ShownRedrive>(session, 'redrive', { name: `R-${id}` }),
      look: () => readIncidents(session),
    })
  } finally {
    await session.dispose()
  }
}

function idOf(data: unknown): number | undefined {
  const id: unknown = data !== null && typeof data === 'object' ? Reflect.get(data, 'id') : undefined
  return typeof id === 'number' ? id : undefined
}

/** Struck while messages are moved: none may be lost, none deleted before it was sent, and none doubled unseen. */
export const redriveScenario: Scenario = {
  id: 'redrive',
  title: 'struck while it moves messages',
  boundaries: ['dead-letters', 'in-place'].flatMap((where) => REDRIVE_MOMENTS.map((moment) => `${where} ${moment}`)),
  // Everybody gets an e-mail at once, which proves that the first message was processed: without it CloudWatch's next minute is waited for.
  shares: { noAddress: 0, bounce: 0, scheduled: 0, aside: 0, testUser: 0 },
  run,
}
