import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test as base, expect, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test'
import { stringify } from 'yaml'
import { startPostgres, type PostgresServer } from '#lib/testing/postgres-server.ts'
import { startWorld, type World, type WorldOptions } from '#world/world.ts'
import { createApp, type App } from './app.ts'

/** People at the sandbox's identity provider: viewer, responder, operator, admin, and one without a role. */
export type PersonName = 'Vera' | 'Rosa' | 'Omar' | 'Ada' | 'Nils'

type SourceName = keyof NonNullable<World['settings']['sources']>

interface JourneyOptions {
  /** How the sandbox starts; a spec sets it with `test.use({ worldOptions: … })`. */
  worldOptions: WorldOptions
  /** What a team sets about redrives beside what the sandbox sets. */
  redriveSettings: NonNullable<World['settings']['redrive']>
  /** Settings of sources, in place of those that the sandbox gives. */
  sourceSettings: NonNullable<World['settings']['sources']>
  /** Takes in 90 days of outcomes by `npm run import` before the start. */
  isPastImported: boolean
}

interface JourneyFixtures {
  world: World
  /** Spillway on the project's store, started, with deploy marks connected. */
  app: App
  /** Stops Spillway, takes a source out of its settings and starts it again on the same store. */
  restartWithout: (source: SourceName) => Promise<void>
  signIn: (page: Page, name: PersonName, path?: string) => Promise<void>
  /** Makes a wall's address with a fresh token of this name. */
  makeWall: (name: string) => Promise<string>
  /** A page of a browser that has never been here. */
  openPage: (options?: BrowserContextOptions) => Promise<Page>
  /** Errors and warnings of every console so far, hydration and policy included. The journey fails when any is left at its end. */
  consoleProblems: string[]
}

interface WorkerFixtures {
  /** A PostgreSQL server for the `postgresql` project; null on the embedded store. */
  postgres: PostgresServer | null
}

/**
 * What the browser says of answers that are not 2xx, or of a server that is being restarted or slow (a page that comes seconds after its
 * styles): journeys judge these by what pages show.
 */
const NETWORK = /Failed to load resource|net::ERR_|was preloaded using link preload but not used/

function listenTo(context: BrowserContext, problems: string[]): void {
  context.on('console', (message) => {
    const isProblem = message.type() === 'error' || message.type() === 'warning'
    if (isProblem && !NETWORK.test(message.text())) problems.push(`${message.page()?.url()}: ${message.text()}`)
  })
  context.on('weberror', (error) => problems.push(`${error.page()?.url()}: ${String(error.error())}`))
}

/** Journeys run the production build as its own process against the sandbox, once on each store. */
export const test = base.extend<JourneyOptions & JourneyFixtures, WorkerFixtures>({
  worldOptions: [{}, { option: true }],
  redriveSettings: [{}, { option: true }],
  isPastImported: [false, { option: true }],
  sourceSettings: [{}, { option: true }],

  postgres: [
    // Playwright reads the names of the fixtures that are wanted from this pattern: none.
    // oxlint-disable-next-line no-empty-pattern
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

  app: async ({ world, postgres, isPastImported, redriveSettings, sourceSettings }, use, info) => {
    const databaseUrl = await postgres?.createDatabase()
    const app = await createApp({
      env: world.env,
      settings: {
        ...world.settings,
        sources: { ...world.settings.sources, ...sourceSettings },
        redrive: { ...world.settings.redrive, ...redriveSettings },
      },
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
    })
    if (isPastImported) {
      const past = join(app.folder, 'outcomes.jsonl')
      await world.writePast(past)
      await app.run('commands/import.ts', past)
    }
    const made = await app.run('commands/token.ts', 'ingest', 'deploy marks')
    world.connectApp({ url: app.url, ingestToken: /spw_ingest_\S+/.exec(made)?.[0] ?? '' })
    await app.start()
    await use(app)
    if (info.status !== info.expectedStatus) console.error((app.process()?.lines ?? []).slice(-60).join('\n'))
    await app.dispose()
  },

  restartWithout: async ({ app, world, sourceSettings }, use) => {
    await use(async (source) => {
      const { [source]: _left, ...sources } = { ...world.settings.sources, ...sourceSettings }
      await app.stop()
      writeFileSync(join(app.folder, 'spillway.yaml'), stringify({ ...world.settings, sources }))
      await app.start()
    })
  },

  signIn: async ({ app }, use) => {
    await use(async (page, name, path = '/') => {
      await page.goto(`${app.url}${path}`)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('button', { name: new RegExp(name) }).click()
      await page.waitForURL(`${app.url}${path}`)
    })
  },

  makeWall: async ({ app }, use) => {
    await use(async (name) => /http\S+/.exec(await app.run('commands/token.ts', 'wall', name))?.[0] ?? '')
  },

  consoleProblems: [
    async ({ context }, use) => {
      const problems: string[] = []
      listenTo(context, problems)
      await use(problems)
      expect(problems, 'errors and warnings on the consoles').toEqual([])
    },
    { auto: true },
  ],

  openPage: async ({ browser, consoleProblems }, use) => {
    const contexts: BrowserContext[] = []
    await use(async (options = {}) => {
      const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/London', ...options })
      contexts.push(context)
      listenTo(context, consoleProblems)
      return context.newPage()
    })
    for (const context of contexts) await context.close()
  },
})

export { expect }
