import type { MaskedMessage } from '#lib/domain/message-shape.ts'
import type { MoveTask } from '#lib/domain/move-task.ts'
import type { PreflightMessages, PreflightQueues } from '#lib/domain/redrive-preflight.ts'
import type { MissedMessages } from '#lib/domain/redrive-missed.ts'
import type { RunProof } from '#lib/domain/redrive-fate.ts'
import type { RunGuard } from '#lib/domain/redrive-guard.ts'
import type { RunPace } from '#lib/domain/redrive-pace.ts'
import type { StoryLine } from '#lib/domain/redrive-story.ts'
import type { RedriveSelection } from '#lib/domain/redrive-selection.ts'
import type { RedriveTransform } from '#lib/domain/redrive-transform.ts'
import {
  DESTINATION_KINDS,
  LEDGER_STATES,
  REDRIVE_MODES,
  REDRIVE_STATES,
  REDRIVE_WAYS,
  type DestinationKind,
  type LedgerState,
  type MessageFate,
  type RedriveMode,
  type RedriveState,
  type RedriveWay,
} from '#lib/domain/redrive.ts'
import { msOf } from './moments.ts'
import { selectionOf, transformOf } from './redrive-plan-schema.ts'
import type { redrive, redriveMessage } from './redrive-schema.ts'

/** A real message before and after, every value masked. */
export interface RedriveSample {
  readonly before: MaskedMessage
  /** Null where it cannot be changed as planned ... */
  readonly after: MaskedMessage | null
  /** ... and why. */
  readonly problem: string | null
}

export interface StoredPreflight {
  readonly messages: PreflightMessages
  readonly queues: PreflightQueues
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
  readonly destinationKind: DestinationKind
  readonly way: RedriveWay
  readonly selection: RedriveSelection
  readonly transform: RedriveTransform
  /** Messages whose fate decides whether the others follow; at least 1. */
  readonly canaryMessages: number
  /** A person accepted that messages of FIFO groups come between newer ones. */
  readonly acceptsInterleaving: boolean
  /** Why, in the words of the one who planned it; null where nobody said. */
  readonly purpose: string | null
  readonly mostMessages: number | null
  /** The most that it moves in a second. */
  readonly perSecond: number
  /** Messages a second with which it begins after the first ones; null for `perSecond` at once. */
  readonly rampFrom: number | null
  /** The present rate; null before it has one of its own. */
  readonly pace: RunPace | null
  /** From when on it is judged whether it goes wrong; null from its start on. */
  readonly guard: RunGuard | null
  /** What happened to it on its way, oldest first. */
  readonly story: readonly StoryLine[]
  readonly holdSeconds: number
  readonly samples: readonly RedriveSample[]
  /** Messages that the plan read, and how many of them were selected; null for plans from before it was kept. */
  readonly readMessages: number | null
  readonly matchedMessages: number | null
  readonly aboutMessages: number | null
  /** What the messages read and the queues told before the start; null for plans from before it was asked. */
  readonly preflight: StoredPreflight | null
  /** SQS's own move task, as it was told last; null while there is none. */
  readonly task: MoveTask | null
  readonly state: RedriveState
  readonly reason: string | null
  readonly trouble: string | null
  readonly plannedBy: string
  /** The person behind that name, as the audit has it, e.g. `person:omar`; null for plans from before it was kept. */
  readonly plannedActor: string | null
  readonly plannedMs: number
  /** The second person; null while nobody has approved it. */
  readonly approvedBy: string | null
  readonly approvedActor: string | null
  readonly approvedMs: number | null
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
  /** What was proven when it ended, for good: readings are not kept for ever. Null before, and for one that was stopped. */
  readonly proof: RunProof | null
  /** What of its list it did not move, and what it left for a hold; null where nothing was missed. */
  readonly missed: MissedMessages | null
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
  /** Of a FIFO queue; null elsewhere. */
  readonly groupId: string | null
  /** The group by cause in which it was found; null where it was sent as it was, so that it is that of what came back. */
  readonly fingerprint: string | null
  /** The group by cause in which it came back; null while it has not. */
  readonly backFingerprint: string | null
}

export function redriveOf(row: typeof redrive.$inferSelect): Redrive {
  const {
    planned,
    approved,
    started,
    moved,
    settled,
    ended,
    quietSince,
    updated,
    mode,
    state,
    canaryFate,
    sample,
    ...rest
  } = row
  return {
    ...rest,
    mode: REDRIVE_MODES.find((each) => each === mode) ?? 'dlq-to-source',
    state: REDRIVE_STATES.find((each) => each === state) ?? 'stopped',
    canaryFate: canaryFate === 'consumed' || canaryFate === 'came-back' ? canaryFate : 'unknown',
    destinationKind: DESTINATION_KINDS.find((each) => each === row.destinationKind) ?? 'source',
    way: REDRIVE_WAYS.find((each) => each === row.way) ?? 'ledger',
    selection: selectionOf(row.selection),
    transform: transformOf(row.transform),
    preflight: preflightOf(row.preflight),
    task: taskOf(row.task),
    proof: proofOf(row.proof),
    pace: paceOf(row.pace),
    guard: guardOf(row.guard),
    story: storyOf(row.story),
    missed: missedOf(row.missed),
    samples: samplesOf(sample),
    plannedMs: msOf(planned),
    approvedMs: msOf(approved),
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

/** Written by `insertPlan` alone, from a value of this type. */
function preflightOf(value: unknown): StoredPreflight | null {
  return value === null ? null : (value as StoredPreflight)
}

/** Written by `moveRedrive` alone, from a value of this type. */
function proofOf(value: unknown): RunProof | null {
  if (value === null) return null
  const proof = value as RunProof
  // Those from before causes were compared have none.
  return { ...proof, causes: proof.causes ?? { same: 0, other: 0 } }
}

/** Written by `updateRedrive` alone, from a value of this type. */
function paceOf(value: unknown): RunPace | null {
  return value === null ? null : (value as RunPace)
}

/** Written by `resumeRedriveAt` alone, from a value of this type. */
function guardOf(value: unknown): RunGuard | null {
  return value === null ? null : (value as RunGuard)
}

/** Written by `updateRedrive` and `moveRedrive` alone, from a value of this type. */
function storyOf(value: unknown): readonly StoryLine[] {
  return value as readonly StoryLine[]
}

/** Written by `moveRedrive` alone, from a value of this type. */
function missedOf(value: unknown): MissedMessages | null {
  return value === null ? null : (value as MissedMessages)
}

/** Written by `updateRedrive` alone, from a value of this type. */
function taskOf(value: unknown): MoveTask | null {
  return value === null ? null : (value as MoveTask)
}

/** Written by `insertPlan` alone, from a value of this type; older plans have a single one. */
function samplesOf(value: unknown): readonly RedriveSample[] {
  if (value === null) return []
  const samples = (Array.isArray(value) ? value : [value]) as readonly RedriveSample[]
  return samples.map((sample) => ({ ...sample, problem: sample.problem ?? null }))
}
