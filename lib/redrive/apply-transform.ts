import { applyPatch, type Operation } from 'rfc6902'
import type { RedriveTransform, TransformStep } from '#lib/domain/redrive-transform.ts'
import type { MessageAttributes } from './message-digest.ts'

/** What of a message a transform may change. */
export interface MessageContent {
  readonly body: string
  readonly attributes: MessageAttributes
}

/** A message that cannot be changed as planned; it is left where it is. The message is a sentence for a person, without values. */
export class TransformProblem extends Error {
  override readonly name = 'TransformProblem'
}

/** The message as it is to be sent. Without a step it is the very same. Throws `TransformProblem`. */
export function applyTransform<M extends MessageContent>(message: M, transform: RedriveTransform): MessageContent {
  return transform.reduce<MessageContent>(applyStep, { body: message.body, attributes: message.attributes })
}

/** True when sending it changed would make a difference, also where it cannot be changed as planned. */
export function isChanged(message: MessageContent, transform: RedriveTransform): boolean {
  try {
    const { body, attributes } = applyTransform(message, transform)
    return body !== message.body || !isSameAttributes(attributes, message.attributes)
  } catch (error) {
    if (error instanceof TransformProblem) return true
    throw error
  }
}

function applyStep(message: MessageContent, step: TransformStep): MessageContent {
  const { body, attributes } = message
  switch (step.kind) {
    case 'remove-attribute':
      return { body, attributes: omit(attributes, step.name) }
    case 'rename-attribute': {
      const value = attributes[step.name]
      if (value === undefined || step.to === step.name) return message
      if (Object.hasOwn(attributes, step.to))
        throw new TransformProblem(`It carries both ${step.name} and ${step.to}; renaming would lose one.`)
      return { body, attributes: { ...omit(attributes, step.name), [step.to]: value } }
    }
    case 'set-attribute': {
      const { name, type, value } = step
      const set = type.startsWith('Binary') ? { BinaryValue: Buffer.from(value, 'base64') } : { StringValue: value }
      return { body, attributes: { ...attributes, [name]: { DataType: type, ...set } } }
    }
    case 'patch-body':
      return { body: patchBody(body, step.patch), attributes }
  }
}

function omit(attributes: MessageAttributes, name: string): MessageAttributes {
  return Object.fromEntries(Object.entries(attributes).filter(([each]) => each !== name))
}

type Patch = Extract<TransformStep, { kind: 'patch-body' }>['patch']

/** All operations or none. The body is written anew as compact JSON; a body that they leave equal keeps its bytes. */
function patchBody(body: string, patch: Patch): string {
  const json = parse(body)
  const root = { body: json }
  for (const { op, path, from, value } of patch) {
    const operation = {
      op,
      path: below(path),
      ...(from === undefined ? {} : { from: below(from) }),
      ...(value === undefined ? {} : { value }),
    }
    const [problem] = applyPatch(root, [asOperation(operation)])
    if (problem !== null && problem !== undefined)
      throw new TransformProblem(`Its body cannot be patched: ${op} ${path} found no such place, or another value.`)
  }
  if (root.body === undefined) throw new TransformProblem('The patch would leave it without a body.')
  const patched = JSON.stringify(root.body)
  if (patched.includes('"rawJSON":'))
    throw new TransformProblem('Its body holds a number that would not survive being copied.')
  return patched === JSON.stringify(parse(body)) ? body : patched
}

/** Below one key of our own, so that the whole body can be replaced too. */
function below(pointer: string): string {
  return `/body${pointer}`
}

/** Checked by the plan’s schema: each kind of operation has what belongs to it. */
function asOperation(operation: { readonly op: string; readonly path: string }): Operation {
  return operation as Operation
}

interface RawJson {
  /** Makes a value that is written as this very text. */
  readonly rawJSON: (text: string) => unknown
  readonly parse: (text: string, reviver: (key: string, value: unknown, at: { source?: string }) => unknown) => unknown
}

/** The language’s own, which the types do not know yet. */
function rawJson(): RawJson {
  return JSON as unknown as RawJson
}

/** A number that JavaScript would write differently, such as one past 2^53 or 1.0, keeps its text. */
function parse(body: string): unknown {
  try {
    return rawJson().parse(body, (_key, value, { source }) =>
      typeof value === 'number' && source !== undefined && String(value) !== source ? rawJson().rawJSON(source) : value,
    )
  } catch {
    throw new TransformProblem('Its body is not JSON and cannot be patched.')
  }
}

function isSameAttributes(a: MessageAttributes, b: MessageAttributes): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => isSameValue(a[name], b[name]))
}

function isSameValue(a: MessageAttributes[string] | undefined, b: MessageAttributes[string] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  if (a.DataType !== b.DataType) return false
  if (a.BinaryValue === undefined || b.BinaryValue === undefined)
    return a.BinaryValue === b.BinaryValue && a.StringValue === b.StringValue
  return Buffer.from(a.BinaryValue).equals(Buffer.from(b.BinaryValue))
}
