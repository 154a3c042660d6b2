import { zonedMs } from '#components/ui/zoned-time.ts'
import type { RedriveWay } from '#lib/domain/redrive.ts'
import type { ConditionTest, MessageCondition } from '#lib/domain/redrive-selection.ts'
import type { PatchOperation, TransformStep } from '#lib/domain/redrive-transform.ts'

/** A line of the form that narrows the messages. */
export interface ConditionLine {
  readonly of: 'attributes' | 'fields'
  readonly name: string
  readonly test: ConditionTest
  readonly value: string
}

/** A line of the form that changes each message. */
export interface ChangeLine {
  readonly kind: 'rename-attribute' | 'set-attribute'
  readonly name: string
  /** The new name, or the value. */
  readonly text: string
  /** Of a value that is set. */
  readonly type: string
}

/** What a person chose beyond the attributes to leave out, as it stands in the form. */
export interface PlanChoices {
  readonly purpose: string
  /** Name of another queue; empty for where the messages came from. */
  readonly otherQueue: string
  readonly canaryMessages: number | null
  /** SQS moves all of them by its own task. */
  readonly isByTask: boolean
  /** As `datetime-local` gives them, in the reader's zone; empty for no bound. */
  readonly sentFrom: string
  readonly sentBefore: string
  /** Fingerprint of a group; empty for all. */
  readonly group: string
  readonly conditions: readonly ConditionLine[]
  /** Message ids, in any way of separating them. */
  readonly messageIds: string
  readonly changes: readonly ChangeLine[]
  /** A JSON Patch as text. */
  readonly patch: string
}

export const NO_CHOICES: PlanChoices = {
  purpose: '',
  otherQueue: '',
  canaryMessages: null,
  isByTask: false,
  sentFrom: '',
  sentBefore: '',
  group: '',
  conditions: [],
  messageIds: '',
  changes: [],
  patch: '',
}

/** What the action is asked with, but for what it has from elsewhere in the form. */
export interface ChosenPlan {
  readonly purpose: string | null
  readonly destination: string | null
  readonly canaryMessages: number
  readonly way: RedriveWay
  readonly selection: {
    readonly sentFromMs: number | null
    readonly sentBeforeMs: number | null
    readonly shape: string | null
    readonly messageIds: string[] | null
    readonly attributes: MessageCondition[]
    readonly fields: MessageCondition[]
  }
  readonly transform: TransformStep[]
}

/** What the form calls the fields of the action. */
export const PLAN_LABELS = {
  selection: 'Only messages',
  'selection.sentFromMs': 'sent from',
  'selection.sentBeforeMs': 'sent before',
  'selection.shape': 'of the group',
  'selection.messageIds': 'with these message ids, and no others',
  'selection.attributes': 'whose attribute',
  'selection.fields': 'whose body field',
  removeAttributes: 'Leave out of what is sent',
  transform: 'Changed on their way',
  destination: 'to another queue, by name',
  way: 'Let SQS move them by its own task',
  canaryMessages: 'Messages tried first',
  mostMessages: 'Messages at most',
  perSecond: 'Messages a second',
  purpose: 'Why, for the history',
}

/** The choices as the action takes them, or why they cannot be: in words that name the field. Moments are those of the reader's zone. */
export function chosenPlan(choices: PlanChoices, timeZone: string): ChosenPlan | string {
  const unnamed = unnamedOf(choices)
  if (unnamed !== null) return unnamed
  const patch = patchOf(choices.patch)
  if (typeof patch === 'string') return patch
  const ids = choices.messageIds.split(/[\s,;]+/u).filter((id) => id !== '')
  const conditionsOf = (of: ConditionLine['of']): MessageCondition[] =>
    choices.conditions
      .filter((line) => line.of === of)
      .map(({ name, test, value }) => ({ name, test, value: test === 'equals' ? value : null }))
  return {
    purpose: choices.purpose.trim() === '' ? null : choices.purpose.trim(),
    destination: choices.otherQueue.trim() === '' ? null : choices.otherQueue.trim(),
    canaryMessages: choices.canaryMessages ?? 1,
    way: choices.isByTask ? 'move-task' : 'ledger',
    selection: {
      sentFromMs: zonedMs(choices.sentFrom, timeZone),
      sentBeforeMs: zonedMs(choices.sentBefore, timeZone),
      shape: choices.group === '' ? null : choices.group,
      messageIds: ids.length === 0 ? null : ids,
      attributes: conditionsOf('attributes'),
      fields: conditionsOf('fields'),
    },
    transform: [
      ...choices.changes.map(stepOf),
      ...(patch === null ? [] : [{ kind: 'patch-body', patch } satisfies TransformStep]),
    ],
  }
}

/** Why a line without a name cannot be: dropped in silence it would take more messages than was meant, or change less. */
function unnamedOf({ conditions, changes }: PlanChoices): string | null {
  const condition = conditions.find(({ name }) => name.trim() === '')
  if (condition !== undefined)
    return condition.of === 'attributes'
      ? '“whose attribute”: write the name of the attribute, or drop the line.'
      : '“whose body field”: write the path of the field, or drop the line.'
  const change = changes.find(({ name }) => name.trim() === '')
  if (change === undefined) return null
  return `“${change.kind === 'rename-attribute' ? 'Rename' : 'Set'}”: write the name of the attribute, or drop the line.`
}

function stepOf({ kind, name, text, type }: ChangeLine): TransformStep {
  return kind === 'rename-attribute' ? { kind, name, to: text } : { kind, name, type, value: text }
}

/** Null for an empty field; what an operation holds is checked by the server. */
function patchOf(text: string): PatchOperation[] | string | null {
  if (text.trim() === '') return null
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : 'JSON Patch: write a list of operations, [ … ].'
  } catch {
    return 'JSON Patch: this is not JSON. Write a list such as [{"op":"remove","path":"/a"}].'
  }
}
