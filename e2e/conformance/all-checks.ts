import type { Check } from './check.ts'
import { batchChecks } from './checks/batch-checks.ts'
import { deadLetterChecks } from './checks/dead-letter-checks.ts'
import { fifoChecks } from './checks/fifo-checks.ts'
import { fifoDeduplicationChecks } from './checks/fifo-deduplication-checks.ts'
import { longPollChecks } from './checks/long-poll-checks.ts'
import { moveTaskChecks } from './checks/move-task-checks.ts'
import { moveTaskControlChecks } from './checks/move-task-control-checks.ts'
import { queueChecks } from './checks/queue-checks.ts'
import { receiveChecks } from './checks/receive-checks.ts'
import { sendChecks } from './checks/send-checks.ts'
import { tagAndPurgeChecks } from './checks/tag-and-purge-checks.ts'
import { visibilityChecks } from './checks/visibility-checks.ts'

/** Every check, in the order of the matrix. */
export const ALL_CHECKS: readonly Check[] = [
  ...queueChecks,
  ...tagAndPurgeChecks,
  ...sendChecks,
  ...batchChecks,
  ...receiveChecks,
  ...longPollChecks,
  ...visibilityChecks,
  ...deadLetterChecks,
  ...fifoChecks,
  ...fifoDeduplicationChecks,
  ...moveTaskChecks,
  ...moveTaskControlChecks,
]
