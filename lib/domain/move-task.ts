import { counted, figure } from './count-words.ts'

/** A move task of SQS as ListMessageMoveTasks tells it, with what was asked of it. Moments in epoch ms, counts in messages. */
export interface MoveTask {
  /** When SQS was asked to start it; committed before the call. */
  readonly askedMs: number
  /** When the latest task of the queue before this one had started: what started later is this one. Null where there was none. */
  readonly afterMs: number | null
  readonly startedMs: number | null
  /** SQS’s own word, e.g. `RUNNING`; null before SQS told it. */
  readonly status: string | null
  readonly moved: number
  readonly toMove: number | null
  /** Why SQS gave up, in its own words; null where it did not. */
  readonly failure: string | null
  /** When a person asked for its end ... */
  readonly cancelAskedMs: number | null
  /** ... who that was, and how many SQS had moved when it was told; null before it was. */
  readonly cancelledBy: string | null
  readonly movedAtCancel: number | null
}

/** How it ended, in words for a person; `by` is who asked for its end. */
export function cancelledWords({ moved, movedAtCancel, cancelledBy }: MoveTask): string {
  const over = movedAtCancel === null ? 0 : moved - movedAtCancel
  const overshoot =
    over > 0
      ? ` SQS had moved ${figure(movedAtCancel ?? 0)} when it was told, and moved ${counted(over, 'more message', 'more messages')} before it stopped: its cancel is not immediate.`
      : ''
  return `Stopped by ${cancelledBy ?? 'somebody outside Spillway'}.${overshoot} What was moved stays moved.`
}

/** Why it failed, with the way out. */
export function failedWords({ failure, moved }: MoveTask): string {
  return `The move task of SQS failed after ${counted(moved, 'message')}: ${failure ?? 'SQS gave no reason'}. Mend that, e.g. the permissions or the destination, and plan another.`
}

/** What there is to say of it while it runs; null where its state says it all. */
export function runningWords({ status, cancelAskedMs, movedAtCancel, cancelledBy }: MoveTask): string | null {
  if (cancelAskedMs === null) return null
  const then = movedAtCancel === null ? '' : ` ${figure(movedAtCancel)} were moved by then;`
  return `${cancelledBy ?? 'Somebody'} asked for its end.${then} SQS goes on moving for a while${status === 'CANCELLING' ? ' and says that it is cancelling' : ''}.`
}
