import 'server-only'
import { views } from './registry.ts'

/** Live topics by view, as plain data: the browser needs them and must not load the contracts. */
export type ViewTopics = Readonly<Record<string, readonly string[]>>

export function viewTopics(): ViewTopics {
  return Object.fromEntries(Object.values(views).map(({ name, topics }) => [name, topics]))
}
