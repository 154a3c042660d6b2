import { setTimeout as pause } from 'node:timers/promises'
import type { FaultCall } from '#world/sqs/faults.ts'
import type { ChaosContext } from './scenario.ts'

/** The boundaries of a poll as the SQS server sees them, and a moment of chance. */
export const BOUNDARIES = ['request-sent', 'response-received', 'committed', 'random'] as const
const LATEST_MS = 2500

/**
 * Kills Spillway with SIGKILL at a boundary of its reading of the queue named `queue`; resolves when it is dead. A call at whose arrival it
 * is killed is held until then and carried out afterwards: SQS does not know that nobody listens any more.
 */
export async function killAt({ world, app, random }: ChaosContext, boundary: string, queue: string): Promise<void> {
  const { faults } = world.sqs
  const kill = (): Promise<void> => app.stop('SIGKILL')
  const isOurs = (call: FaultCall): boolean => call.caller === 'spillway' && call.queue === queue
  const before = (operation: string): Promise<void> =>
    new Promise((resolve) => {
      const remove = faults.onBefore(operation, async (call) => {
        if (!isOurs(call)) return
        remove()
        await kill()
        resolve()
      })
    })
  switch (boundary) {
    case 'request-sent':
      return before('ReceiveMessage')
    case 'response-received':
      return new Promise((resolve) => {
        const remove = faults.onAfter('ReceiveMessage', async (call) => {
          if (!isOurs(call) || !JSON.stringify(call.response ?? null).includes('MessageId')) return
          remove()
          await kill()
          resolve()
        })
      })
    case 'committed':
      // The delete is what follows the commit. What it deletes and the store has not would be lost for good.
      return before('DeleteMessageBatch')
    default:
      await pause(random.between(0, LATEST_MS))
      return kill()
  }
}
