/** What the live stream tells a browser. No data, only what has become stale. */
export type LiveMessage =
  /** The stream is open: `build` names what the server runs. Anything may have changed before. */
  | { readonly kind: 'hello'; readonly build: string }
  | { readonly kind: 'change'; readonly topics: readonly string[] }
  /** Events may have been missed: all is stale. */
  | { readonly kind: 'resync' }
  /** Nothing but a sign of life. */
  | { readonly kind: 'beat' }

/** True when one of `changed` is among `topics`; a topic ending in `*` stands for all that start so, on either side. */
export function touchesTopics(topics: readonly string[], changed: readonly string[]): boolean {
  return topics.some((topic) => changed.some((other) => covers(topic, other) || covers(other, topic)))
}

function covers(pattern: string, topic: string): boolean {
  return pattern.endsWith('*') ? topic.startsWith(pattern.slice(0, -1)) : pattern === topic
}

/** Reads a message of the stream or of another tab; null for anything else. */
export function parseLiveMessage(value: unknown): LiveMessage | null {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return null
  if (value.kind === 'resync' || value.kind === 'beat') return { kind: value.kind }
  if (value.kind === 'hello' && 'build' in value && typeof value.build === 'string')
    return { kind: 'hello', build: value.build }
  if (value.kind !== 'change' || !('topics' in value) || !Array.isArray(value.topics)) return null
  return { kind: 'change', topics: value.topics.filter((topic) => typeof topic === 'string') }
}
