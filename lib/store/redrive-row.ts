import type { MaskedMessage } from '#lib/domain/message-shape.ts'
import {
  LEDGER_STATES,
  REDRIVE_MODES,
  REDRIVE_STATES,
  type LedgerState,
  type MessageFate,
  type RedriveMode,
  type RedriveState,
} from '#lib/domain/redrive.ts'
import { msOf } from './moments.ts'
import type { redrive, redriveMessage } from './redrive-schema.ts'

/** A message before and after, every value masked. */
export interface RedriveSample {
  readonly before: MaskedMessage
  readonly after: MaskedMessage
}

/** A redrive as planned and as it stands. Moments in epoch ms. */
export interface Redrive {
  readonly id: number
  readonly mode: RedriveMode
  readonly sourceQueue: string
  readonly sourceUrl: string
  readonly destinationQueue: string
  readonly destinationUrl: string
  readonly incident: number | null
  readonly removeAttributes: readonly string[]
  readonly mostMessages: number | null
  readonly perSecond: number
  readonly holdSeconds: number
  readonly sample: RedriveSample | null
  readonly aboutMessages: number | null
  readonly state: RedriveState
  readonly reason: string | null
  readonly trouble: string | null
  readonly plannedBy: string
  readonly plannedMs: number
  readonly startedBy: string | null
  readonly startedMs: number | null
  /** When everything was moved. */
  readonly movedMs: number | null
  /** When nothing was left in the destination, and the source held none of what was sent; null while that was not seen. */
  readonly settledMs: number | null
  readonly endedMs: number | null
  readonly endedBy: string | null
  readonly backlog: number | null
  readonly quietSinceMs: number | null
  readonly canaryFate: MessageFate
  readonly canaryEvidence: string | null
  readonly updatedMs: number
}

/** A message in the ledger. */
export interface LedgerRow {
  readonly redrive: number
  readonly messageId: string
  readonly state: LedgerState
  readonly isCanary: boolean
  readonly bodyMd5: string
  readonly attributesMd5: string | null
  readonly personRef: string | null
  readonly receiveCount: number
  readonly newMessageId: string | null
  readonly readMs: number
  readonly sendingMs: number | null
  readonly sentMs: number | null
  readonly deletedMs: number | null
  readonly sendAttempts: number
  readonly deleteAttempts: number
  readonly isPossibleDuplicate: boolean
  readonly cameBackMs: number | null
  readonly ownReceives: number
  readonly problem: string | null
}

export function redriveOf(row: typeof redrive.$inferSelect): Redrive {
  const { planned, started, moved, settled, ended, quietSince, updated, mode, state, canaryFate, ...rest } = row
  return {
    ...rest,
    mode: REDRIVE_MODES.find((each) => each === mode) ?? 'dlq-to-source',
    state: REDRIVE_STATES.find((each) => each === state) ?? 'stopped',
    canaryFate: canaryFate === 'consumed' || canaryFate === 'came-back' ? canaryFate : 'unknown',
    removeAttributes: textsOf(row.removeAttributes),
    sample: sampleOf(row.sample),
    plannedMs: msOf(planned),
    startedMs: msOf(started),
    movedMs: msOf(moved),
    settledMs: msOf(settled),
    endedMs: msOf(ended),
    quietSinceMs: msOf(quietSince),
    updatedMs: msOf(updated),
  }
}

export function ledgerRowOf(row: typeof redriveMessage.$inferSelect): LedgerRow {
  const { state, read, sending, sent, deleted, cameBack, sourceQueue: _queue, sentToQueue: _sent, ...rest } = row
  return {
    ...rest,
    state: LEDGER_STATES.find((each) => each === state) ?? 'refused',
    readMs: msOf(read),
    sendingMs: msOf(sending),
    sentMs: msOf(sent),
    deletedMs: msOf(deleted),
    cameBackMs: msOf(cameBack),
  }
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []
}

/** Written by `insertPlan` alone, from a value of this type. */
function sampleOf(value: unknown): RedriveSample | null {
  return value === null ? null : (value as RedriveSample)
}
