import type { CheckContext } from './check-context.ts'

/** What a check needs beyond a plain queue, for the reader of the matrix. */
export type Need = 'fifo' | 'move-tasks' | 'dead-letter-queues' | 'retention'

/** One behaviour of SQS that a server either has or has not. */
export interface Check {
  /** Stable: the kept expectations name it. */
  readonly id: string
  readonly title: string
  /** Where AWS says so: a page and its section, or a LocalStack test recorded against AWS. */
  readonly source: string
  readonly needs?: readonly Need[]
  /** Resolves when the server behaves as AWS does; throws what differs. */
  run(context: CheckContext): Promise<void>
}

/** Short names of the documents that checks cite. */
export const SOURCES = {
  api: (page: string): string => `Amazon SQS API Reference, ${page}`,
  guide: (page: string): string => `Amazon SQS Developer Guide, ${page}`,
  recorded: (test: string): string => `LocalStack tests/aws/services/sqs/test_sqs.py, ${test} (recorded against AWS)`,
  recordedMove: (test: string): string =>
    `LocalStack tests/aws/services/sqs/test_sqs_move_task.py, ${test} (recorded against AWS)`,
} as const
