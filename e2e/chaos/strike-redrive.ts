import { setTimeout as pause } from 'node:timers/promises'
import { stopDatabase } from './restart-database.ts'
import { DATABASE_RESTART, type Struck } from './scenario.ts'

const LATEST_KILL_MS = 15_000
const OURS = /^spillway/

/** The moments of moving a message at which a run strikes. */
export const REDRIVE_MOMENTS = [
  'before-call',
  'after-call',
  'after-commit',
  'after-delete',
  'answer-lost',
  DATABASE_RESTART,
  'random',
] as const

/** What is being moved. */
export interface Road {
  /** Name of the queue from which messages are taken. */
  readonly source: string
  readonly destination: string
}

/** A call that moves messages, as SQS sees it. */
export interface Strike {
  readonly operation: 'ReceiveMessage' | 'SendMessageBatch' | 'DeleteMessageBatch'
  readonly moment: 'onBefore' | 'onAfter'
}

const STRIKES: Readonly<Record<string, Strike>> = {
  'before-call': { operation: 'SendMessageBatch', moment: 'onBefore' },
  'after-call': { operation: 'SendMessageBatch', moment: 'onAfter' },
  'after-commit': { operation: 'DeleteMessageBatch', moment: 'onBefore' },
  'after-delete': { operation: 'DeleteMessageBatch', moment: 'onAfter' },
}

/**
 * Resolves when the redrive was struck at the moment, at the call of the given turn; the first moves the first message. SQS carries a call
 * out although nobody is left to hear the answer, as it would.
 */
export async function strikeRedrive(
  context: Struck,
  moment: string,
  { road, turn }: { readonly road: Road; readonly turn: number },
): Promise<void> {
  const { app, random } = context
  const kill = (): Promise<void> => app.stop('SIGKILL')
  const strike = STRIKES[moment]
  if (strike !== undefined) return atTurn(context, { ...strike, road, turn }, kill)
  if (moment === 'answer-lost') return loseAnswers(context, road, turn)
  if (moment === DATABASE_RESTART) return restartDatabaseAt(context, road, turn)
  await pause(random.between(0, LATEST_KILL_MS))
  return kill()
}

/** Runs `strike` at the call of the given turn, which waits for it where it is met before it is carried out. */
export function atTurn<T>(
  { world }: Pick<Struck, 'world'>,
  { operation, moment, road, turn }: Strike & { readonly road: Road; readonly turn: number },
  strike: () => Promise<T>,
): Promise<T> {
  const wanted = operation === 'SendMessageBatch' ? road.destination : road.source
  let seen = 0
  return new Promise((resolve, reject) => {
    const remove = world.sqs.faults[moment](operation, async (call) => {
      if (!OURS.test(call.caller) || call.queue !== wanted) return
      if (operation === 'ReceiveMessage' && !('response' in call && hasMessages(call.response))) return
      seen += 1
      if (seen !== turn) return
      remove()
      await strike().then(resolve, reject)
    })
  })
}

function hasMessages(response: unknown): boolean {
  return JSON.stringify(response ?? null).includes('MessageId')
}

/** SQS takes a batch and later a delete, and the answers never arrive. */
async function loseAnswers({ world }: Struck, { source, destination }: Road, turn: number): Promise<void> {
  const { faults } = world.sqs
  const lost = (operation: string, queue: string): Promise<void> =>
    new Promise((resolve) => {
      let seen = 0
      const watch = faults.onBefore(operation, (call) => {
        if (!OURS.test(call.caller) || call.queue !== queue) return
        seen += 1
        if (seen !== turn) return
        watch()
        faults.add({
          operation,
          queue: new RegExp(`^${queue}$`),
          caller: OURS,
          times: 1,
          action: { kind: 'drop-after-commit' },
        })
        resolve()
      })
    })
  await Promise.all([lost('SendMessageBatch', destination), lost('DeleteMessageBatch', source)])
}

/** The database goes away while SQS takes a batch, while it answers, or before it deletes; each of them is met by some seeds. */
async function restartDatabaseAt(context: Struck, road: Road, turn: number): Promise<void> {
  const strikes = Object.values(STRIKES)
  const strike = strikes[context.random.between(0, strikes.length - 1)]
  if (strike === undefined) throw new Error('There is no call to strike at.')
  const start = await atTurn(context, { ...strike, road, turn }, () => stopDatabase(context))
  await start()
}

/** Batches fail in part and calls are throttled, while it moves. */
export function disturb({ world }: Pick<Struck, 'world'>, { source, destination }: Road): void {
  const caller = /^spillway/
  const add = world.sqs.faults.add.bind(world.sqs.faults)
  const [from, to] = [new RegExp(`^${source}$`), new RegExp(`^${destination}$`)]
  add({ operation: 'SendMessageBatch', queue: to, caller, times: 3, action: { kind: 'partial-batch', every: 3 } })
  add({ operation: 'DeleteMessageBatch', queue: from, caller, times: 3, action: { kind: 'partial-batch', every: 4 } })
  add({ operation: 'SendMessageBatch', queue: to, caller, times: 1, action: { kind: 'throttle' } })
  add({ operation: 'DeleteMessageBatch', queue: from, caller, times: 1, action: { kind: 'throttle' } })
}
