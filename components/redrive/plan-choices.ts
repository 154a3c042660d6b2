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
  /** As `datetime-local` gives them, in UTC; empty for no bound. */
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

/** The choices as the action takes them, or why they cannot be: in words that name the field. */
export function chosenPlan(choices: PlanChoices): ChosenPlan | string {
  const patch = patchOf(choices.patch)
  if (typeof patch === 'string') return patch
  const ids = choices.messageIds.split(/[\s,;]+/u).filter((id) => id !== '')
  const conditionsOf = (of: ConditionLine['of']): MessageCondition[] =>
    choices.conditions
      .filter((line) => line.of === of && line.name !== '')
      .map(({ name, test, value }) => ({ name, test, value: test === 'equals' ? value : null }))
  return {
    purpose: choices.purpose.trim() === '' ? null : choices.purpose.trim(),
    destination: choices.otherQueue.trim() === '' ? null : choices.otherQueue.trim(),
    canaryMessages: choices.canaryMessages ?? 1,
    way: choices.isByTask ? 'move-task' : 'ledger',
    selection: {
      sentFromMs: utcMs(choices.sentFrom),
      sentBeforeMs: utcMs(choices.sentBefore),
      shape: choices.group === '' ? null : choices.group,
      messageIds: ids.length === 0 ? null : ids,
      attributes: conditionsOf('attributes'),
      fields: conditionsOf('fields'),
    },
    transform: [
      ...choices.changes.flatMap(stepOf),
      ...(patch === null ? [] : [{ kind: 'patch-body', patch } satisfies TransformStep]),
    ],
  }
}

function stepOf({ kind, name, text, type }: ChangeLine): TransformStep[] {
  if (name === '') return []
  return kind === 'rename-attribute' ? [{ kind, name, to: text }] : [{ kind, name, type, value: text }]
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

function utcMs(local: string): number | null {
  const ms = Date.parse(`${local}Z`)
  return Number.isNaN(ms) ? null : ms
}
