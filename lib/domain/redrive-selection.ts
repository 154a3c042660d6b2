import { counted, figure, listed } from './count-words.ts'

/** `present`, `absent`: whether there is one at all. `equals`: its text is `value`. */
export const CONDITION_TESTS = ['present', 'absent', 'equals'] as const
export type ConditionTest = (typeof CONDITION_TESTS)[number]

/** What must hold of a message attribute, or of a field of a JSON body. */
export interface MessageCondition {
  /** Name of the attribute, or path of the field, e.g. `record.data.id`. */
  readonly name: string
  readonly test: ConditionTest
  /** Text to compare with; null where the test compares nothing. */
  readonly value: string | null
}

/**
 * Which messages of its queue a redrive takes. What is null or empty does not narrow; all that is given must hold. Only messages that were
 * sent before the start are ever taken.
 */
export interface RedriveSelection {
  /** From this moment of sending on, epoch ms ... */
  readonly sentFromMs: number | null
  /** ... to just before this one. */
  readonly sentBeforeMs: number | null
  readonly attributes: readonly MessageCondition[]
  readonly fields: readonly MessageCondition[]
  /** Fingerprint of the messages’ shape, as a look tells it. */
  readonly shape: string | null
  /** No others than these. */
  readonly messageIds: readonly string[] | null
  /** Who named those messages: a person, or the look of the plan, which had read the queue to its end. Null without a list. */
  readonly listedBy: 'person' | 'look' | null
}

export const EVERYTHING: RedriveSelection = {
  sentFromMs: null,
  sentBeforeMs: null,
  attributes: [],
  fields: [],
  shape: null,
  messageIds: null,
  listedBy: null,
}

/** Most messages that a plan may list by their ids. */
export const MOST_LISTED = 1_000

/** True where the selection takes less than everything. */
export function isNarrowed(selection: RedriveSelection): boolean {
  return selection.messageIds !== null || hasCriteria(selection)
}

/** The most that a redrive moves: what was asked for, or the length of its list; null where neither limits it. */
export function mostOf({
  mostMessages,
  selection: { messageIds },
}: {
  readonly mostMessages: number | null
  readonly selection: Pick<RedriveSelection, 'messageIds'>
}): number | null {
  if (messageIds === null) return mostMessages
  return Math.min(messageIds.length, mostMessages ?? messageIds.length)
}

/** True where groups are moved whole of which a message is selected: FIFO queues in place, where the rest would else come before it. */
export function movesWholeGroups({
  mode,
  sourceQueue,
}: {
  readonly mode: string
  readonly sourceQueue: string
}): boolean {
  return mode === 'in-place' && sourceQueue.endsWith('.fifo')
}

/** True where something besides a list of ids narrows it. */
export function hasCriteria({ sentFromMs, sentBeforeMs, attributes, fields, shape }: RedriveSelection): boolean {
  return sentFromMs !== null || sentBeforeMs !== null || shape !== null || attributes.length + fields.length > 0
}

/** The criteria as parts of a sentence, without the moments, which a page tells in its reader’s zone. */
export function criteriaWords({ attributes, fields, shape }: RedriveSelection): string[] {
  return [
    ...attributes.map((each) => conditionWords('the attribute', each)),
    ...fields.map((each) => conditionWords('the field', each)),
    ...(shape === null ? [] : [`the shape ${shape.slice(0, 8)}`]),
  ]
}

function conditionWords(what: string, { name, test, value }: MessageCondition): string {
  if (test === 'present') return `${what} ${name}`
  return test === 'absent' ? `no ${what.slice(4)} ${name}` : `${what} ${name} = “${value ?? ''}”`
}

/** Which messages, as a part of a sentence: `the 12 listed`, `those with the attribute JavaType`; null for everything. */
export function selectionWords(selection: RedriveSelection): string | null {
  if (!isNarrowed(selection)) return null
  const { messageIds, sentFromMs, sentBeforeMs } = selection
  if (messageIds !== null) return `the ${counted(messageIds.length, 'message')} of a list`
  const window = sentFromMs === null && sentBeforeMs === null ? [] : ['a date of sending within the window']
  return `those with ${listed([...criteriaWords(selection), ...window])}`
}

/** How firmly the selection is frozen, in words for the one who reads the plan. `read` and `matched`: of the plan’s own look. */
export function frozenWords(
  selection: RedriveSelection,
  seen: { readonly read: number; readonly matched: number; readonly isGroupwise: boolean },
): string {
  if (selection.messageIds !== null) {
    const others = seen.isGroupwise ? 'each group goes whole of which one is on it' : 'no other is taken'
    return selection.listedBy === 'look'
      ? `The queue was read to its end: the ${counted(selection.messageIds.length, 'message')} that matched are the list, by their ids, and ${others}.`
      : `The list is frozen by message id: ${others}.`
  }
  const rule = 'SQS cannot list a queue, it can only be sampled'
  return hasCriteria(selection)
    ? `${rule}: ${figure(seen.matched)} of ${counted(seen.read, 'message')} read for this plan match. What is frozen is the filter; whatever matches it and was sent before the start is taken${seen.isGroupwise ? ', each group whole' : ''}.`
    : `${rule}: what is frozen is the moment of the start; whatever was sent before it is taken.`
}
