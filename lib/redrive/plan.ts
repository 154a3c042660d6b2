import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import { maskMessage } from '#lib/domain/message-shape.ts'
import { counted, listed } from '#lib/domain/count-words.ts'
import type { PreflightMessages, PreflightQueues } from '#lib/domain/redrive-preflight.ts'
import type { DestinationKind, RedriveWay } from '#lib/domain/redrive.ts'
import {
  hasCriteria,
  isNarrowed,
  MOST_LISTED,
  selectionWords,
  type RedriveSelection,
} from '#lib/domain/redrive-selection.ts'
import { transformWords, type RedriveTransform } from '#lib/domain/redrive-transform.ts'
import { countReturns } from '#lib/store/count-returns.ts'
import type { Tx } from '#lib/store/db.ts'
import { insertPlan, type NewRedrive } from '#lib/store/redrives.ts'
import type { Redrive, RedriveSample } from '#lib/store/redrive-row.ts'
import { listHeldGroups } from '#lib/store/message-groups.ts'
import { listQueues, type StoredQueue } from '#lib/store/queues.ts'
import { applyTransform, isChanged, TransformProblem } from './apply-transform.ts'
import { groupOf } from './group-of.ts'
import { attributesOf, type HeldMessage } from './held-message.ts'
import { isHeldBack, isSelected } from './is-selected.ts'
import { judgeMessages } from './judge-messages.ts'
import { md5OfBody } from './message-digest.ts'
import { consumerHoldSeconds, requireLookable, type Lookable } from './look-into-queue.ts'
import { total } from './queue-calls.ts'
import type { QueueAccess } from './redrive-context.ts'
import { scanQueue, type Scan } from './scan-queue.ts'
import { tellIncident } from './tell-incident.ts'

/** What a person wants to be moved. */
export interface WantedRedrive {
  /** Name of the queue from which it takes. */
  readonly queue: string
  /** Name of the queue to which it gives; null for the one from which the messages came. */
  readonly destination: string | null
  readonly selection: RedriveSelection
  readonly transform: RedriveTransform
  readonly canaryMessages: number
  readonly acceptsInterleaving: boolean
  readonly way: RedriveWay
  /** Why, in the person's words; null where they said nothing. */
  readonly purpose: string | null
  readonly mostMessages: number | null
  readonly perSecond: number | null
  readonly incident: number | null
}

/** From where to where; checked against the inventory. */
export interface RedriveRoad {
  readonly mode: Redrive['mode']
  readonly source: StoredQueue
  readonly destination: StoredQueue
  readonly destinationKind: DestinationKind
}

const SAMPLED_MESSAGES = 30
/** Enough to tell how many a filter takes. */
const FILTERED_MESSAGES = 500

/** Finds the road of a redrive, or says why there is none. Throws `not_found`, `invalid_input` and `conflict`. */
export async function findRoad(
  tx: Tx,
  wanted: Pick<WantedRedrive, 'queue' | 'destination' | 'way' | 'selection' | 'transform' | 'mostMessages'>,
): Promise<RedriveRoad> {
  const lookable = await requireLookable(tx, wanted.queue)
  if (wanted.way === 'move-task') requireForTask(lookable, wanted)
  const destination = await destinationOf(tx, lookable, wanted.destination)
  if (lookable.queue.isFifo !== destination.isFifo)
    throw new AppError(
      'invalid_input',
      `destination: of ${lookable.queue.name} and ${destination.name} one is a FIFO queue and one is not; messages go between queues of one kind only.`,
    )
  return {
    mode: lookable.deadLetterOf.length === 0 ? 'in-place' : 'dlq-to-source',
    source: lookable.queue,
    destination,
    destinationKind: isOwn(lookable, destination) ? 'source' : 'queue',
  }
}

function refuseTask(why: string): never {
  throw new AppError('invalid_input', `way: ${why} Let Spillway move them instead.`)
}

/** SQS's own task moves all dead letters of a queue as they are, and tells nothing of single messages. */
function requireForTask(
  { queue, deadLetterOf }: Lookable,
  wanted: Pick<WantedRedrive, 'destination' | 'selection' | 'transform' | 'mostMessages'>,
): void {
  if (deadLetterOf.length === 0) refuseTask(`SQS moves only dead letters, and ${queue.name} is no dead-letter queue.`)
  if (isNarrowed(wanted.selection) || wanted.mostMessages !== null)
    refuseTask('the move task of SQS takes all messages and cannot choose among them.')
  if (wanted.transform.length > 0) refuseTask('the move task of SQS moves messages as they are and cannot change them.')
  if (deadLetterOf.length > 1 && (wanted.destination === null || deadLetterOf.includes(wanted.destination)))
    refuseTask(
      `SQS would send each message back to its own of ${listed(deadLetterOf)}, where Spillway follows one queue.`,
    )
}

function isOwn({ queue, deadLetterOf }: Lookable, { name }: StoredQueue): boolean {
  return name === queue.name || deadLetterOf.includes(name)
}

async function destinationOf(tx: Tx, { queue, deadLetterOf }: Lookable, wanted: string | null): Promise<StoredQueue> {
  if (deadLetterOf.length === 0 && wanted !== null && wanted !== queue.name)
    throw new AppError(
      'invalid_input',
      `destination: ${queue.name} is no dead-letter queue, its messages are healed in place; leave the destination out.`,
    )
  if (deadLetterOf.length === 0) return queue
  const [only] = deadLetterOf
  const name = wanted ?? (deadLetterOf.length === 1 ? only : undefined)
  if (name === undefined)
    throw new AppError(
      'invalid_input',
      `destination: ${queue.name} holds dead letters of ${listed(deadLetterOf)}; name one.`,
    )
  const found = (await listQueues(tx)).find((each) => each.name === name)
  if (found === undefined)
    throw new AppError('invalid_input', `destination: SQS has told Spillway of no queue named ${name}.`)
  if (name === queue.name)
    throw new AppError('invalid_input', `destination: ${name} is where the messages are; name another queue.`)
  return found
}

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
  const selected = matchingOf(scan, wanted)
  const matching = await withoutHeld(tx, road.source.name, { selected, wanted })
  requireCarried(matching, wanted.transform)
  const bodies = matching.map(({ body }) => md5OfBody(body))
  const returns = await countReturns(tx, road.source.name, [...new Set(bodies)])
  const messages = {
    ...judgeMessages(matching, wanted.transform, returns),
    held: selected.length - matching.length,
  }
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

/** The messages read that the plan selects; never none. */
function matchingOf({ messages, isWhole }: Scan, { selection }: WantedRedrive): readonly HeldMessage[] {
  const matching = messages.filter((message) => isSelected(message, selection))
  if (matching.length > 0) return matching
  const read = isWhole
    ? `all ${counted(messages.length, 'message')} in it were read`
    : `${counted(messages.length, 'message')} could be read`
  throw new AppError(
    'invalid_input',
    `selection: ${read} and none is selected by ${selectionWords(selection) ?? 'it'}. Look into the queue to see what its messages carry.`,
  )
}

/** What somebody holds stays where it is, and the plan counts without it. */
async function withoutHeld(
  tx: Tx,
  queue: string,
  { selected, wanted }: { readonly selected: readonly HeldMessage[]; readonly wanted: WantedRedrive },
): Promise<readonly HeldMessage[]> {
  // SQS's own task knows of no holds: its start is refused while there is one.
  if (wanted.way === 'move-task') return selected
  const held = await listHeldGroups(tx, queue)
  const going = selected.filter((message) => !isHeldBack(message, wanted.selection, held))
  if (going.length > 0) return going
  throw new AppError(
    'invalid_input',
    `selection: ${selected.length === 1 ? 'the one message' : `all ${counted(selected.length, 'message')}`} that it selects are in groups that somebody holds. End the hold on the page of ${queue}, or plan a redrive of that very group.`,
  )
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
    holdSeconds: settings.redrive.holdSeconds,
    samples: samplesOf(matching, transform),
    preflight: { messages, queues },
    aboutMessages: aboutSelected(selection, { inQueue, matching: matching.length, held: messages.held ?? 0, scan }),
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

/** About how many will be moved; null where that is not known. */
function aboutSelected(
  selection: RedriveSelection,
  {
    inQueue,
    matching,
    held,
    scan,
  }: { readonly inQueue: number; readonly matching: number; readonly held: number; readonly scan: Scan },
): number | null {
  if (selection.messageIds !== null) return selection.messageIds.length
  if (!Number.isFinite(inQueue)) return null
  if (!hasCriteria(selection) && held === 0) return inQueue
  return scan.isWhole
    ? matching
    : Math.round((Math.max(inQueue, scan.messages.length) * matching) / scan.messages.length)
}

const SHOWN_SAMPLES = 3

/** Real messages before and after, those that are changed most visibly first, each shape once. */
function samplesOf(messages: readonly HeldMessage[], transform: RedriveTransform): RedriveSample[] {
  const seen = new Set<string>()
  const samples: RedriveSample[] = []
  const byChange = messages.toSorted((a, b) => Number(isChanged(b, transform)) - Number(isChanged(a, transform)))
  for (const message of byChange) {
    const shape = groupOf(message)
    if (seen.has(shape)) continue
    seen.add(shape)
    samples.push(sampleOf(message, transform))
    if (samples.length === SHOWN_SAMPLES) break
  }
  return samples
}

function sampleOf(message: HeldMessage, transform: RedriveTransform): RedriveSample {
  const before = maskMessage(attributesOf(message), message.body)
  try {
    const after = applyTransform(message, transform)
    return { before, after: maskMessage(attributesOf(after), after.body), problem: null }
  } catch (error) {
    if (!(error instanceof TransformProblem)) throw error
    return { before, after: null, problem: error.message }
  }
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
