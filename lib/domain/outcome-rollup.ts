import type { OutcomeReason, OutcomeStatus } from './outcome.ts'
import { isCounted, type OutcomeState } from './outcome-state.ts'

const HOUR_MS = 3_600_000

/** What a notification is counted under: the hour of its last change, where it stands, and its segment. Empty text stands for "not told". */
export interface RollupCell {
  /** Start of the hour (UTC), epoch ms. */
  readonly hourMs: number
  readonly status: OutcomeStatus
  readonly reason: OutcomeReason
  readonly notificationType: string
  readonly localOffice: string
  readonly contactDomain: string
  readonly isOnboarding: boolean
}

export interface RollupChange {
  readonly cell: RollupCell
  /** Never 0. */
  readonly by: number
}

/**
 * How the counts move when states change: one less where each stood, one more where it stands. What is not counted (see `isCounted`)
 * stands nowhere. Cells come in a fixed order, so that two writers lock them in the same one.
 */
export function rollupChanges(
  moves: Iterable<{ readonly before: OutcomeState | null; readonly after: OutcomeState }>,
): RollupChange[] {
  const changes = new Map<string, { readonly cell: RollupCell; by: number }>()
  const add = (state: OutcomeState | null, by: number): void => {
    if (state === null || !isCounted(state)) return
    const cell = cellOf(state)
    const key = keyOf(cell)
    const known = changes.get(key)
    if (known === undefined) changes.set(key, { cell, by })
    else known.by += by
  }
  for (const { before, after } of moves) {
    add(before, -1)
    add(after, 1)
  }
  return [...changes]
    .filter(([, { by }]) => by !== 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, change]) => change)
}

function cellOf({ place, reason, told }: OutcomeState): RollupCell {
  return {
    hourMs: Math.floor(place.atMs / HOUR_MS) * HOUR_MS,
    status: place.status,
    reason,
    notificationType: told?.facts.notificationType ?? '',
    localOffice: told?.facts.localOffice ?? '',
    contactDomain: told?.facts.contactDomain ?? '',
    isOnboarding: told?.facts.isOnboarding ?? false,
  }
}

/** No part but the last three holds a character that the upstream chose, and control characters are dropped at ingest. */
function keyOf(cell: RollupCell): string {
  const { hourMs, status, reason, notificationType, localOffice, contactDomain, isOnboarding } = cell
  return `${hourMs}\u0001${status}\u0001${reason}\u0001${isOnboarding}\u0001${notificationType}\u0001${localOffice}\u0001${contactDomain}`
}
