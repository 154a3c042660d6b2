import type { App } from '#e2e/app.ts'
import type { PostgresServer } from '#lib/testing/postgres-server.ts'
import type { World, WorldOptions } from '#world/world.ts'
import type { Random } from './random.ts'

/** What a strike and its judge need of a run. */
export interface Struck {
  readonly world: Pick<World, 'sqs' | 'log'>
  readonly app: Pick<App, 'process' | 'stop'>
  readonly random: Random
  readonly database: PostgresServer | null
}

/** What a run may use: a fresh sandbox without traffic of its own, and Spillway, already started, on one of the stores. */
export interface ChaosContext {
  readonly world: World
  readonly app: App
  readonly random: Random
  /** The database server of this run alone, which it may stop and start; null at any other boundary than {@link DATABASE_RESTART}. */
  readonly database: PostgresServer | null
}

/** A way to be struck, and what must be true afterwards. `run` throws with what is not true. */
export interface Scenario {
  readonly id: string
  readonly title: string
  /** Moments at which a run strikes; a seeded run picks one or a random time. */
  readonly boundaries: readonly string[]
  /** Who the sandbox's people are, where the run needs others than usual. */
  readonly shares?: WorldOptions['shares']
  readonly run: (context: ChaosContext, boundary: string) => Promise<void>
}

/** What a run without pages and without a whole sandbox may use. */
export interface BareContext {
  readonly random: Random
  readonly database: PostgresServer | null
  /** Environment of a store of its own. */
  readonly storeEnv: Record<string, string>
}

/** Like a {@link Scenario}, but it starts what it needs by itself: light enough for hundreds of runs. */
export interface BareScenario {
  readonly id: string
  readonly title: string
  readonly boundaries: readonly string[]
  readonly runBare: (context: BareContext, boundary: string) => Promise<void>
}

/** The last word of a boundary at which not Spillway goes away but its database: on PostgreSQL only. */
export const DATABASE_RESTART = 'database-restart'
