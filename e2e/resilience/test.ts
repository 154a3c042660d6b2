import type { APIRequestContext } from '@playwright/test'
import { createApp, type App, type AppOptions } from '#e2e/app.ts'
import { test as base } from '#e2e/fixtures.ts'
import { signInOverHttp } from '#e2e/http-session.ts'
import type { SettingsInput } from '#lib/config/settings.ts'
import { startWorld, type World, type WorldOptions } from '#world/world.ts'
import { withOldErrors } from './add-errors.ts'

/** A sandbox in which nothing happens but what a test does: no traffic, no past, nobody without an address, short waits. */
export const quietWorld: WorldOptions = {
  traffic: false,
  past: false,
  queues: 2,
  speed: 60,
  shares: { noAddress: 0, testUser: 0, bounce: 0, scheduled: 0, aside: 0 },
}

/** The beat of every source but SQS; the least that the settings allow. */
export const BEAT_MS = 15_000
/** The beat of SQS in {@link withQuickSqs}, the least as well. */
export const SQS_BEAT_MS = 5_000

/** Settings with the shortest beat for SQS; those of the sandbox are at the least for the other sources. */
export function withQuickSqs(settings: SettingsInput): SettingsInput {
  const { sources } = settings
  return { ...settings, sources: { ...sources, sqs: { ...sources?.sqs, everySeconds: SQS_BEAT_MS / 1000 } } }
}

interface ResilienceFixtures {
  /** Starts a further sandbox with {@link withOldErrors}; it ends with the test, however that ends. */
  openWorld: (options?: WorldOptions) => Promise<World>
  /** Makes a further Spillway, not started, on a fresh store of the project's unless `databaseUrl` is given; it ends with the test. */
  makeApp: (options: AppOptions) => Promise<App>
  /** An operator's session over HTTP. */
  session: APIRequestContext
}

export const test = base.extend<ResilienceFixtures>({
  worldOptions: quietWorld,
  world: async ({ world }, use) => {
    withOldErrors(world)
    await use({ ...world, settings: withQuickSqs(world.settings) })
  },
  // Playwright reads the names of the fixtures that are wanted from this pattern: none.
  // oxlint-disable-next-line no-empty-pattern
  openWorld: async ({}, use) => {
    const worlds: World[] = []
    await use(async (options = quietWorld) => {
      const world = await startWorld(options)
      worlds.push(world)
      withOldErrors(world)
      return world
    })
    await Promise.all(worlds.map((world) => world.stop()))
  },
  makeApp: async ({ postgres }, use) => {
    const apps: App[] = []
    await use(async (options) => {
      const databaseUrl = options.databaseUrl ?? (await postgres?.createDatabase())
      const app = await createApp(databaseUrl === undefined ? options : { ...options, databaseUrl })
      apps.push(app)
      return app
    })
    await Promise.all(apps.map((app) => app.dispose()))
  },
  session: async ({ app }, use) => {
    const session = await signInOverHttp(app, 'omar')
    await use(session)
    await session.dispose()
  },
})

export { expect } from '#e2e/fixtures.ts'
