/** A move task of SQS as ListMessageMoveTasks tells it, with what was asked of it. Moments in epoch ms, counts in messages. */
export interface MoveTask {
  /** When SQS was asked to start it; committed before the call. */
  readonly askedMs: number
  /** SQS tells it only while the task runs; null until the call was answered. */
  readonly handle: string | null
  readonly startedMs: number | null
  /** SQS’s own word, e.g. `RUNNING`; null before SQS told it. */
  readonly status: string | null
  readonly moved: number
  readonly toMove: number | null
  /** Why SQS gave up, in its own words; null where it did not. */
  readonly failure: string | null
  /** When a person asked for its end ... */
  readonly cancelAskedMs: number | null
  /** ... who that was, and how many were moved by then. */
  readonly cancelledBy: string | null
  readonly movedAtCancel: number | null
}
