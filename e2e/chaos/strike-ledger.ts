import { setTimeout as pause } from 'node:timers/promises'
import type { CommitStrike } from '#commands/chaos/worker-words.ts'
import { DATABASE_RESTART, type Struck } from './scenario.ts'
import { atTurn, strikeRedrive, type Road } from './strike-redrive.ts'

/** Every boundary of moving a message, in the order in which a message meets them, and what strikes without a kill. */
export const LEDGER_MOMENTS = [
  'after-receive',
  'before-commit',
  'after-commit',
  'call-lost',
  'before-call',
  'after-call',
  'sent-committed',
  'delete-lost',
  'after-delete',
  'answer-lost',
  'receipts-expired',
  DATABASE_RESTART,
  'random',
] as const

const LATEST_KILL_MS = 6_000
/** The first call is throttled, the second moves the first message, and the rest takes at least two more. */
const LATEST_TURN = 4
/** Each call of a redrive has two or three transactions around it. */
const LATEST_COMMIT = 14
/** Longer than messages stay hidden in these runs, and shorter than the time after which Spillway gives a call up. */
const LATE_MS = 4_000

/** Where the worker kills itself at a commit; null at the other moments. */
export function commitStrikeOf(moment: string, { random }: Pick<Struck, 'random'>): CommitStrike | null {
  if (moment !== 'before-commit' && moment !== 'after-commit') return null
  return { moment, turn: random.between(1, LATEST_COMMIT) }
}

/** Resolves when the run was struck at the moment, and the worker is dead where it is one of those that kill. */
export async function strikeLedger(context: Struck, moment: string, road: Road): Promise<void> {
  const { world, app, random } = context
  const kill = (): Promise<void> => app.stop('SIGKILL')
  const turn = random.between(1, LATEST_TURN)
  const lose = (operation: 'SendMessageBatch' | 'DeleteMessageBatch') => async (): Promise<void> => {
    // The process dies before its call has reached SQS.
    world.sqs.faults.add({ operation, caller: /^spillway/, times: 1, action: { kind: 'drop-before' } })
    await kill()
  }
  switch (moment) {
    case 'after-receive':
      return atTurn(context, { operation: 'ReceiveMessage', moment: 'onAfter', road, turn: Math.min(turn, 3) }, kill)
    case 'call-lost':
      return atTurn(
        context,
        { operation: 'SendMessageBatch', moment: 'onBefore', road, turn },
        lose('SendMessageBatch'),
      )
    case 'delete-lost':
      return atTurn(
        context,
        { operation: 'DeleteMessageBatch', moment: 'onBefore', road, turn },
        lose('DeleteMessageBatch'),
      )
    case 'receipts-expired':
      return outlastHolds(context, road, turn)
    case 'random':
      await pause(random.between(0, LATEST_KILL_MS))
      return kill()
    case 'sent-committed':
      return strikeRedrive(context, 'after-commit', { road, turn })
    default:
      return strikeRedrive(context, moment, { road, turn })
  }
}

/** Two sends and two deletes take longer than the messages stay hidden: others may have received them when SQS is asked to delete them. */
async function outlastHolds(context: Struck, road: Road, turn: number): Promise<void> {
  const { faults } = context.world.sqs
  const late = (operation: 'SendMessageBatch' | 'DeleteMessageBatch'): Promise<void> =>
    atTurn(context, { operation, moment: 'onBefore', road, turn }, async () => {
      faults.add({ operation, caller: /^spillway/, times: 2, action: { kind: 'delay', ms: LATE_MS } })
    })
  await Promise.all([late('SendMessageBatch'), late('DeleteMessageBatch')])
}
