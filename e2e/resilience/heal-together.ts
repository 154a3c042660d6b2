import type { APIRequestContext } from '@playwright/test'
import type { App } from '#e2e/app.ts'
import { callAction } from '#e2e/call-action.ts'
import { until } from '#e2e/processes.ts'
import { dlqNameOf, QUEUE_NAMES } from '#world/queues.ts'
import type { LoggedCall } from '#world/request-log.ts'
import type { World } from '#world/world.ts'

/** Dead letters go back to the queue that they came from. */
export const ROAD = { source: dlqNameOf(QUEUE_NAMES.profileCreated), destination: QUEUE_NAMES.profileCreated }

/** Calls with which a redrive takes, sends and deletes, in the order in which SQS decided. */
export function redriveCalls(world: World, afterSeq: number): LoggedCall[] {
  return world.log
    .list({ service: 'sqs', afterSeq })
    .filter((call) => call.caller.startsWith('spillway'))
    .filter((call) =>
      call.operation === 'SendMessageBatch'
        ? isOf(call, ROAD.destination)
        : /^(Receive|Delete)Message/.test(call.operation) && isOf(call, ROAD.source),
    )
}

/** Who did it, each change of hands once. */
export function hands(calls: readonly LoggedCall[]): string[] {
  return calls.map(({ caller }) => caller).filter((caller, index, all) => caller !== all[index - 1])
}

/** Dead letters of people who wait for their e-mail, and a plan to move them. */
export async function planHealing(
  world: World,
  app: App,
  session: APIRequestContext,
): Promise<{ id: number; bodies: string[] }> {
  await world.faults.set('no-dlq', false)
  await world.faults.set('consumer-upgraded', true)
  const bodies = (await world.createProfiles(12)).map(({ tisId }) => JSON.stringify({ traineeTisId: tisId }))
  await until('dead letters', () => world.sqs.store.measure(ROAD.source).visible >= bodies.length || undefined)
  const id = await until(
    'a plan',
    async () => {
      const input = { queue: ROAD.source, removeAttributes: ['JavaType'] }
      const answer = await callAction(app, session, 'planRedrive', input)
      if (!answer.ok) throw new Error(answer.error.message)
      return Number(Reflect.get(Object(answer.data), 'id'))
    },
    60_000,
    1_000,
  )
  return { id, bodies }
}

/** Strikes whichever process sends the batch of this turn, while SQS takes it. Tells who it was, and when. */
export function strikeSender(
  world: World,
  turn: number,
  strike: (caller: string) => Promise<void> | void,
): Promise<{ caller: string; atMs: number }> {
  let seen = 0
  return new Promise((resolve, reject) => {
    const remove = world.sqs.faults.onBefore('SendMessageBatch', async ({ caller, queue }) => {
      if (!caller.startsWith('spillway') || queue !== ROAD.destination) return
      seen += 1
      if (seen !== turn) return
      remove()
      const atMs = Date.now()
      try {
        await strike(caller)
        resolve({ caller, atMs })
      } catch (error) {
        reject(error)
      }
    })
  })
}

function isOf({ request }: LoggedCall, queue: string): boolean {
  return JSON.stringify(request).includes(`/${queue}"`)
}
