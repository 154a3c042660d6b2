import { listed } from './count-words.ts'

/** One operation of a JSON Patch (RFC 6902). */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test'
  /** JSON Pointer (RFC 6901). */
  readonly path: string
  readonly from?: string | undefined
  readonly value?: unknown
}

/** One change of a message on its way. What is to be removed or renamed and is not there is no problem. */
export type TransformStep =
  | { readonly kind: 'remove-attribute'; readonly name: string }
  | { readonly kind: 'rename-attribute'; readonly name: string; readonly to: string }
  /** `value` is text; of a binary attribute it is base64. */
  | { readonly kind: 'set-attribute'; readonly name: string; readonly type: string; readonly value: string }
  | { readonly kind: 'patch-body'; readonly patch: readonly PatchOperation[] }

/** What is done to each message, in this order; empty for messages that go byte for byte as they are. */
export type RedriveTransform = readonly TransformStep[]

/** The changes as parts of a sentence after “to the queue, …”; `unchanged` without any. */
export function transformWords(transform: RedriveTransform): string {
  if (transform.length === 0) return 'unchanged'
  const removed = transform.flatMap((step) => (step.kind === 'remove-attribute' ? [step.name] : []))
  const others = transform.flatMap((step) => {
    switch (step.kind) {
      case 'remove-attribute':
        return []
      case 'rename-attribute':
        return [`with ${step.name} renamed to ${step.to}`]
      case 'set-attribute':
        return [`with ${step.name} set`]
      case 'patch-body':
        return ['with the body patched']
    }
  })
  return listed([...(removed.length === 0 ? [] : [`without ${listed(removed)}`]), ...others])
}

/** One step in words of its own, for a list. */
export function stepWords(step: TransformStep): string {
  switch (step.kind) {
    case 'remove-attribute':
      return `remove the attribute ${step.name}`
    case 'rename-attribute':
      return `rename the attribute ${step.name} to ${step.to}`
    case 'set-attribute':
      return `set the attribute ${step.name} (${step.type}) to ${step.type.startsWith('Binary') ? 'the given bytes' : `“${step.value}”`}`
    case 'patch-body':
      return `patch the body: ${listed(step.patch.map(({ op, path }) => `${op} ${path === '' ? 'all of it' : path}`))}`
  }
}
