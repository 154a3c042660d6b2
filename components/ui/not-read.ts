import { listed } from '#lib/domain/count-words.ts'
import type { SourceStatus } from '#lib/views/shared.ts'

/** The one row for everything of which Spillway itself has no present reading. */
export interface NotRead {
  readonly title: string
  /** What to do about it; the same words for all of them are said once. */
  readonly notes: readonly string[]
  /** Since when the longest of them is not read, epoch ms; null where that is not known. */
  readonly sinceMs: number | null
}

/** Sources that Spillway does not read as one fault of Spillway; null where it reads all that is connected. */
export function notReadOf(sources: readonly SourceStatus[]): NotRead | null {
  const unread = sources.filter(({ state }) => state === 'not-read')
  if (unread.length === 0) return null
  const since = unread.flatMap(({ sinceMs }) => sinceMs ?? [])
  return {
    title: `Spillway itself has not read ${listed(unread.map(({ title }) => title))}`,
    notes: [...new Set(unread.flatMap(({ message }) => message ?? []))],
    sinceMs: since.length === 0 ? null : Math.min(...since),
  }
}
