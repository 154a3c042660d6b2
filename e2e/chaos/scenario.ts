import type { App } from '#e2e/app.ts'
import type { World } from '#world/world.ts'
import type { Random } from './random.ts'

/** What a run may use: a fresh sandbox without traffic of its own, and Spillway, already started, on one of the stores. */
export interface ChaosContext {
  readonly world: World
  readonly app: App
  readonly random: Random
}

/** A way to be killed, and what must be true afterwards. `run` throws with what is not true. */
export interface Scenario {
  readonly id: string
  readonly title: string
  /** Moments at which a run kills; a seeded run picks one or a random time. */
  readonly boundaries: readonly string[]
  readonly run: (context: ChaosContext, boundary: string) => Promise<void>
}
