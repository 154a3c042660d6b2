import type { IncidentSeverity, IncidentState } from '#lib/domain/incident.ts'
import type { Truth } from '#lib/domain/truth.ts'

/** How bad it is, by the people whom it is known to affect. */
export const SEVERITY_WORDS: Readonly<Record<IncidentSeverity, string>> = {
  low: 'severity low: nobody known to be affected',
  high: 'severity high: people are affected',
  critical: 'severity critical: 25 people or more',
}

/** An incident's state in one or two words, for beside its mark. */
export function stateWords({ state, truth }: { readonly state: IncidentState; readonly truth: Truth }): string {
  if (state === 'resolved') return 'resolved'
  if (truth === 'healing') return 'healing'
  if (truth === 'unknown') return 'not seen'
  return state
}

/** A person's name as it is; evidence where Spillway acted on it. */
export function doerWords(by: string): string {
  return by === 'spillway' ? 'Spillway' : by
}

/** How many of those affected need nothing more, 0 to 1; half where nobody is affected, which says nothing. */
export function healedShare({
  affected,
  remaining,
  pending = 0,
}: {
  readonly affected: number
  readonly remaining: number
  readonly pending?: number
}): number {
  return affected === 0 ? 0.5 : (affected - remaining - pending) / affected
}
