import { ownNameOf, type Queue } from './queue.ts'

/** How a queue's service is known: in this order. */
export interface ServiceRules {
  /** Stages of the flow that name the service that reads their queue. */
  readonly flow: readonly { readonly queue: string; readonly service?: string | undefined }[]
  /** Patterns of names, the first that fits counts; `*` stands for any text. */
  readonly names: readonly { readonly service: string; readonly queues: readonly string[] }[]
  /** Keys of tags whose value is the service, the first that a queue has counts. */
  readonly tags: readonly string[]
}

/** The service that a queue belongs to; null where neither the settings nor its tags tell. */
export function serviceOfQueue({ name, tags }: Pick<Queue, 'name' | 'tags'>, rules: ServiceRules): string | null {
  const stage = rules.flow.find(({ queue, service }) => queue === name && service !== undefined)
  if (stage?.service !== undefined) return stage.service
  const named = rules.names.find(({ queues }) =>
    queues.some((pattern) => fitsPattern(name, pattern) || fitsPattern(ownNameOf(name), pattern)),
  )
  if (named !== undefined) return named.service
  const tag = rules.tags.find((key) => tags?.[key] !== undefined && tags[key] !== '')
  return tag === undefined ? null : (tags?.[tag] ?? null)
}

/** True when a name is as the pattern says: `tis-*-dlq` fits `tis-orders-dlq`. Walks the parts, so that no pattern is slow. */
export function fitsPattern(name: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return name === pattern
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false
  let at = first.length
  for (const part of rest) {
    const found = name.indexOf(part, at)
    if (found < 0 || found + part.length > name.length - last.length) return false
    at = found + part.length
  }
  return true
}
