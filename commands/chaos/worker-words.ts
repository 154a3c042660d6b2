/** What the kill harness and its worker say to one another. */
export interface WorkerQueue {
  readonly name: string
  readonly url: string
  readonly arn: string
  readonly isFifo: boolean
}

/** The worker kills itself in its transaction of this turn, before it is committed or right after. */
export interface CommitStrike {
  readonly moment: 'before-commit' | 'after-commit'
  readonly turn: number
}

export interface WorkerOrder {
  readonly source: WorkerQueue
  readonly dlq: WorkerQueue
  readonly mode: 'dlq-to-source' | 'in-place'
  readonly canaryMessages: number
  readonly perSecond: number
  /** The redrive that a worker before this one started; null where it is to be started. */
  readonly id: number | null
  readonly strike: CommitStrike | null
}

export interface WorkerQuestion {
  readonly kind: 'read'
}

/** A redrive as its page has it. */
export interface WorkerShown {
  readonly state: string
  readonly trouble: string | null
  readonly reason: string | null
  readonly counts: {
    readonly moved: number
    readonly deleted: number
    readonly read: number
    readonly sending: number
    readonly refused: number
    readonly possibleDuplicates: number
  }
  readonly notes: readonly {
    readonly messageId: string
    readonly isPossibleDuplicate: boolean
    readonly problem: string | null
  }[]
}

export type WorkerAnswer =
  | { readonly kind: 'started'; readonly id: number }
  | { readonly kind: 'shown'; readonly shown: WorkerShown }
  | { readonly kind: 'failed'; readonly message: string }
