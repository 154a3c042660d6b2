import { setTimeout as pause } from 'node:timers/promises'
import { callAction } from '#e2e/call-action.ts'
import { readView, signInOverHttp } from '#e2e/http-session.ts'
import { until } from '#e2e/processes.ts'
import { dlqNameOf, QUEUE_NAMES } from '#world/queues.ts'
import { redriveFaults, type ShownRedrive } from './redrive-ledger-agrees.ts'
import type { ChaosContext, Scenario } from './scenario.ts'

const SOURCE = QUEUE_NAMES.profileCreated
/** CloudWatch tells whole minutes, and the fault is found by what it tells. */
const FOUND_MS = 180_000
/** A kill, a lease that runs out, messages that stay hidden, and the evidence of the first message's fate. */
const MOVED_MS = 300_000
const LATEST_KILL_MS = 15_000

/** The two ways in which a redrive is met: by a person over HTTP, or by whoever tries this scenario without pages. */
export interface RedriveDoor {
  /** Undefined while it cannot be planned yet, e.g. because Spillway does not know the fault. */
  readonly plan: (queue: string) => Promise<number | undefined>
  readonly start: (id: number) => Promise<void>
  readonly read: (id: number) => Promise<ShownRedrive>
}

/** Resolves when Spillway was killed at the boundary of moving a message, as SQS sees it. */
async function killAtBoundary(context: ChaosContext, boundary: string, turn: number): Promise<void> {
  const { app, random } = context
  switch (boundary) {
    case 'before-call':
      return killAt(context, { operation: 'SendMessageBatch', moment: 'onBefore', turn })
    case 'after-call':
      return killAt(context, { operation: 'SendMessageBatch', moment: 'onAfter', turn })
    case 'after-commit':
      return killAt(context, { operation: 'DeleteMessageBatch', moment: 'onBefore', turn })
    case 'after-delete':
      return killAt(context, { operation: 'DeleteMessageBatch', moment: 'onAfter', turn })
    default:
      await pause(random.between(0, LATEST_KILL_MS))
      return app.stop('SIGKILL')
  }
}

interface Strike {
  readonly operation: 'SendMessageBatch' | 'DeleteMessageBatch'
  readonly moment: 'onBefore' | 'onAfter'
  /** Which of such calls; the first moves the first message. */
  readonly turn: number
}

/** SQS carries the call out although nobody is left to hear the answer, as it would. */
function killAt({ world, app }: ChaosContext, { operation, moment, turn }: Strike): Promise<void> {
  let seen = 0
  return new Promise((resolve, reject) => {
    const remove = world.sqs.faults[moment](operation, async ({ caller, queue }) => {
      const isOurs = caller === 'spillway' && /profile-created-demo/.test(queue ?? '')
      if (!isOurs) return
      seen += 1
      if (seen !== turn) return
      remove()
      await app.stop('SIGKILL').then(resolve, reject)
    })
  })
}

/** Batches fail in part and calls are throttled, while it moves. */
function disturb({ world }: ChaosContext): void {
  const caller = /spillway/
  const queue = /profile-created-demo/
  const add = world.sqs.faults.add.bind(world.sqs.faults)
  add({ operation: 'SendMessageBatch', queue, caller, times: 3, action: { kind: 'partial-batch', every: 3 } })
  add({ operation: 'DeleteMessageBatch', queue, caller, times: 3, action: { kind: 'partial-batch', every: 4 } })
  add({ operation: 'SendMessageBatch', queue, caller, times: 1, action: { kind: 'throttle' } })
}

/** The scenario without its way into Spillway. Throws with what is not true afterwards. */
export async function redriveThroughKills(context: ChaosContext, boundary: string, door: RedriveDoor): Promise<void> {
  const { world, app, random } = context
  const [where = '', moment = 'random'] = boundary.split(' ')
  const isInPlace = where === 'in-place'
  const source = isInPlace ? SOURCE : dlqNameOf(SOURCE)
  await world.faults.set('no-dlq', isInPlace)
  await world.faults.set('consumer-upgraded', true)
  const people = await world.createProfiles(random.between(8, 14))
  const bodies = people.map(({ tisId }) => JSON.stringify({ traineeTisId: tisId }))
  if (!isInPlace)
    await until(
      'every message to be dead',
      () => (world.sqs.store.measure(source).visible >= bodies.length ? true : undefined),
      60_000,
    )
  const id = await until('Spillway to plan the redrive', () => door.plan(source), FOUND_MS, 1_000)
  const turn = random.between(1, 2)
  disturb(context)
  const killed = killAtBoundary(context, moment, turn)
  await door.start(id)
  await Promise.race([killed, tooLate()])
  await app.start()
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
  if (shown.counts.moved < bodies.length)
    throw new Error(`${shown.counts.moved} of ${bodies.length} messages were moved`)
  const wrong = redriveFaults(world, shown, { source, destination: SOURCE, bodies })
  if (wrong.length > 0) throw new Error(wrong.slice(0, 5).join('; '))
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
    await redriveThroughKills(context, boundary, {
      plan: async (queue) => idOf(await act('planRedrive', { queue, removeAttributes: ['JavaType'] })),
      start: async (id) => void (await act('startRedrive', { id })),
      read: (id) => readView<ShownRedrive>(session, 'redrive', { name: `R-${id}` }),
    })
  } finally {
    await session.dispose()
  }
}

function idOf(data: unknown): number | undefined {
  const id: unknown = data !== null && typeof data === 'object' ? Reflect.get(data, 'id') : undefined
  return typeof id === 'number' ? id : undefined
}

/** A kill while messages are moved: none may be lost, none deleted before it was sent, and none doubled unseen. */
export const redriveScenario: Scenario = {
  id: 'redrive',
  title: 'killed while it moves messages',
  boundaries: ['dead-letters', 'in-place'].flatMap((where) =>
    ['before-call', 'after-call', 'after-commit', 'after-delete', 'random'].map((moment) => `${where} ${moment}`),
  ),
  run,
}
