import { test as base, expect, type Page } from '@playwright/test'
import { startPostgres, type PostgresServer } from '#lib/testing/postgres-server.ts'
import { startWorld, type World, type WorldOptions } from '#world/world.ts'
import { createApp, type App } from './app.ts'

/** Names of people at the sandbox's identity provider, by role. */
export type PersonName = 'Vera' | 'Rosa' | 'Omar' | 'Ada'

interface JourneyOptions {
  /** How the sandbox starts; a spec sets it with `test.use({ worldOptions: … })`. */
  worldOptions: WorldOptions
  /** Changes settings before Spillway starts. */
  changeSettings: (settings: Record<string, unknown>) => Record<string, unknown>
}

interface JourneyFixtures {
  world: World
  /** Spillway on the project's store, started, with deploy marks connected. */
  app: App
  signIn: (page: Page, name: PersonName, path?: string) => Promise<void>
  /** A wall's address with a fresh token. */
  wallUrl: string
}

interface WorkerFixtures {
  /** A PostgreSQL server for the `postgresql` project; null on the embedded store. */
  postgres: PostgresServer | null
}

/** Journeys run the production build as its own process against the sandbox, once on each store. */
export const test = base.extend<JourneyOptions & JourneyFixtures, WorkerFixtures>({
  worldOptions: [{}, { option: true }],
  changeSettings: [(settings) => settings, { option: true }],

  postgres: [
    async ({}, use, info) => {
      const server = info.project.name === 'postgresql' ? await startPostgres() : null
      await use(server)
      await server?.stop()
    },
    { scope: 'worker' },
  ],

  world: async ({ worldOptions }, use) => {
    const world = await startWorld(worldOptions)
    await use(world)
    await world.stop()
  },

  app: async ({ world, postgres, changeSettings }, use, info) => {
    const databaseUrl = await postgres?.createDatabase()
    const app = await createApp({
      env: world.env,
      settings: changeSettings({ ...world.settings }),
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
    })
    const made = await app.run('commands/token.ts', 'ingest', 'deploy marks')
    world.connectApp({ url: app.url, ingestToken: /spw_ingest_\S+/.exec(made)?.[0] ?? '' })
    await app.start()
    await use(app)
    if (info.status !== info.expectedStatus) console.error((app.process()?.lines ?? []).slice(-60).join('\n'))
    await app.dispose()
  },

  signIn: async ({ app }, use) => {
    await use(async (page, name, path = '/') => {
      await page.goto(`${app.url}${path}`)
      await page.getByRole('button', { name: /sign in/i }).click()
      await page.getByRole('button', { name: new RegExp(name) }).click()
      await expect(page.getByRole('banner')).toContainText(name)
    })
  },

  wallUrl: async ({ app }, use) => {
    const made = await app.run('commands/token.ts', 'wall', 'Test wall')
    await use(/http\S+\/wall\?token=\S+/.exec(made)?.[0] ?? '')
  },
})

export { expect }
