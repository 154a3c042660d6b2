import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import { counted } from '#lib/domain/count-words.ts'
import type { PreflightMessages, PreflightQueues } from '#lib/domain/redrive-preflight.ts'
import {
  hasCriteria,
  isNarrowed,
  movesWholeGroups,
  MOST_LISTED,
  selectionWords,
  type RedriveSelection,
} from '#lib/domain/redrive-selection.ts'
import { transformWords, type RedriveTransform } from '#lib/domain/redrive-transform.ts'
import type { Tx } from '#lib/store/db.ts'
import { insertPlan, type NewRedrive } from '#lib/store/redrives.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import type { HeldMessage } from './held-message.ts'
import { consumerHoldSeconds } from './look-into-queue.ts'
import { planMessages } from './plan-messages.ts'
import { total } from './queue-calls.ts'
import type { QueueAccess } from './redrive-context.ts'
import { scanQueue, type Scan } from './scan-queue.ts'
import { tellIncident } from './tell-incident.ts'
import type { RedriveRoad, WantedRedrive } from './find-road.ts'
import { samplesOf } from './samples-of.ts'

const SAMPLED_MESSAGES = 30
/** Enough to tell how many a filter takes. */
const FILTERED_MESSAGES = 500

/** Reads real messages: a few for the comparison of before and after, more where it must be told how many a filter takes. */
export async function sampleFor(
  access: QueueAccess,
  road: RedriveRoad,
  {
    settings: { redrive },
    selection,
    hasHeld,
  }: { readonly settings: Settings; readonly selection: RedriveSelection; readonly hasHeld: boolean },
): Promise<Scan> {
  return scanQueue(access, road.source.url, {
    most: isNarrowed(selection) || hasHeld ? FILTERED_MESSAGES : SAMPLED_MESSAGES,
    holdSeconds: redrive.holdSeconds,
    consumerHoldSeconds: road.mode === 'in-place' ? consumerHoldSeconds(road.source) : 0,
  })
}

/**
 * Stores a plan with real messages before and after. Throws `invalid_input` when nothing that it would move is there, or when what it would
 * change is on none of the messages that were read.
 */
export async function planRedrive(tx: Tx, wanted: WantedRedrive, context: PlanContext): Promise<Redrive> {
  const { road, scan, by, nowMs } = context
  if (scan.messages.length === 0)
    throw new AppError(
      'invalid_input',
      `queue: nothing could be read from ${road.source.name}; there is nothing to move.`,
    )
  requireWhole(road, wanted)
  requirePast(wanted.selection, nowMs)
  const { matching, messages } = await planMessages(tx, wanted, context)
  requireCarried(matching, wanted.transform)
  const plan = await insertPlan(tx, newRedrive(wanted, matching, { ...context, messages }))
  await tellIncident(tx, plan, { moment: 'planned', actor: by, text: planWords(plan) }, nowMs)
  return plan
}

/** A moment to come leaves nothing out, and is most often one of another zone. */
function requirePast({ sentBeforeMs }: RedriveSelection, nowMs: number): void {
  if (sentBeforeMs !== null && sentBeforeMs > nowMs)
    throw new AppError(
      'invalid_input',
      'selection.sentBeforeMs: this moment is still to come, so that it leaves nothing out. Choose one that has passed, or leave it out.',
    )
}

/** In place a part of a FIFO queue's group is never moved: the rest would then come before it. */
function requireWhole({ source, mode }: RedriveRoad, { mostMessages }: WantedRedrive): void {
  if (source.isFifo && mode === 'in-place' && mostMessages !== null)
    throw new AppError(
      'invalid_input',
      `mostMessages: in place the groups of ${source.name} are moved whole, so that no number can be kept. Leave it out.`,
    )
}

export interface PlanContext {
  readonly road: RedriveRoad
  readonly scan: Scan
  /** What SQS told of the queues. */
  readonly queues: PreflightQueues
  /** Name of the person ... */
  readonly by: string
  /** ... and who it is, as the audit has it. */
  readonly actor: string
  readonly nowMs: number
  readonly settings: Settings
}

/** Removing or renaming what no message carries is a misspelt name. */
function requireCarried(messages: readonly HeldMessage[], transform: RedriveTransform): void {
  const set = new Set<string>()
  for (const step of transform) {
    if (step.kind === 'rename-attribute') set.add(step.to)
    if (step.kind === 'set-attribute') set.add(step.name)
    if (step.kind !== 'remove-attribute' && step.kind !== 'rename-attribute') continue
    const isCarried = set.has(step.name) || messages.some(({ attributes }) => Object.hasOwn(attributes, step.name))
    if (!isCarried)
      throw new AppError(
        'invalid_input',
        `transform: none of the ${counted(messages.length, 'message')} read carries ${step.name}. Check its spelling, or leave this step out.`,
      )
  }
}

function newRedrive(
  wanted: WantedRedrive,
  matching: readonly HeldMessage[],
  context: PlanContext & { readonly messages: PreflightMessages },
): NewRedrive {
  const { road, scan, queues, messages, by, actor, nowMs, settings } = context
  const { selection, transform } = wanted
  const inQueue = total(scan.counts)
  return {
    mode: road.mode,
    sourceQueue: road.source.name,
    sourceUrl: road.source.url,
    destinationQueue: road.destination.name,
    destinationUrl: road.destination.url,
    destinationKind: road.destinationKind,
    way: wanted.way,
    incident: wanted.incident,
    selection: freeze(selection, matching, scan),
    transform,
    canaryMessages: wanted.canaryMessages,
    acceptsInterleaving: wanted.acceptsInterleaving,
    purpose: wanted.purpose,
    mostMessages: wanted.mostMessages,
    perSecond: wanted.perSecond ?? settings.redrive.perSecond,
    rampFrom: wanted.way === 'move-task' ? null : settings.redrive.ramp.startPerSecond,
    holdSeconds: settings.redrive.holdSeconds,
    samples: samplesOf(matching, transform),
    preflight: { messages, queues },
    aboutMessages: aboutSelected(selection, { inQueue, matching, isPart: isPartOf(messages), scan, road }),
    readMessages: scan.messages.length,
    matchedMessages: matching.length,
    plannedBy: by,
    plannedActor: actor,
    plannedMs: nowMs,
  }
}

/** What a filter matched becomes a list of ids where the whole queue was read; otherwise the filter itself is all that can be frozen. */
function freeze(selection: RedriveSelection, matching: readonly HeldMessage[], { isWhole }: Scan): RedriveSelection {
  if (!hasCriteria(selection) || !isWhole || matching.length > MOST_LISTED) return selection
  const messageIds = matching.map(({ messageId }) => messageId)
  return { ...selection, messageIds, listedBy: selection.listedBy ?? 'look' }
}

/** Some of those read stay, though nothing was selected: somebody holds them, or they are dead letters of another queue. */
function isPartOf({ held = 0, origins }: PreflightMessages): boolean {
  return held > 0 || (origins?.others.length ?? 0) > 0
}

/** About how many will be moved; null where that is not known. */
function aboutSelected(
  selection: RedriveSelection,
  {
    inQueue,
    matching,
    isPart,
    scan,
    road,
  }: {
    readonly inQueue: number
    readonly matching: readonly HeldMessage[]
    readonly isPart: boolean
    readonly scan: Scan
    readonly road: RedriveRoad
  },
): number | null {
  if (movesWholeGroups({ mode: road.mode, sourceQueue: road.source.name }) && (isPart || isNarrowed(selection)))
    return scan.isWhole ? inGroupsOf(matching, scan.messages) : null
  if (selection.messageIds !== null) return selection.messageIds.length
  if (!Number.isFinite(inQueue)) return null
  if (!hasCriteria(selection) && !isPart) return inQueue
  return scan.isWhole
    ? matching.length
    : Math.round((Math.max(inQueue, scan.messages.length) * matching.length) / scan.messages.length)
}

function inGroupsOf(matching: readonly HeldMessage[], all: readonly HeldMessage[]): number {
  const groups = new Set(matching.map(({ groupId }) => groupId))
  return all.filter(({ groupId }) => groups.has(groupId)).length
}

/** What a plan will do, in one sentence. */
export function planWords(
  plan: Pick<Redrive, 'id' | 'mode' | 'sourceQueue' | 'destinationQueue' | 'selection' | 'transform'>,
): string {
  const road =
    plan.mode === 'in-place' ? `${plan.sourceQueue} in place` : `${plan.sourceQueue} to ${plan.destinationQueue}`
  const which = selectionWords(plan.selection)
  return `planned to move ${which === null ? '' : `${which} of `}${road}, ${transformWords(plan.transform)}.`
}
