/**
 * How a source is seen. `failing`: it was asked and gave no answer, or not all of one. `not-read`: Spillway itself does not ask it, so nothing is
 * known of the source either way. `waiting`: never read yet.
 */
export type SourceSightState = 'ok' | 'failing' | 'not-read' | 'not-configured' | 'waiting'

/** True where a source is not seen now and may have been before: its figures are the last known ones. */
export function isOutOfSight(state: SourceSightState): boolean {
  return state === 'failing' || state === 'not-read'
}
