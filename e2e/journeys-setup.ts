import { buildIfNeeded } from '#commands/build-if-needed.ts'

/** Before the journeys: the production build that they all run against. */
export default function setup(): void {
  buildIfNeeded()
}
