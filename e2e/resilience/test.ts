import type { APIRequestContext } from '@playwright/test'
import { test as base } from '#e2e/fixtures.ts'
import { signInOverHttp } from '#e2e/http-session.ts'
import type { SettingsInput } from '#lib/config/settings.ts'
import type { World, WorldOptions } from '#world/world.ts'
import { addErrors } from './add-errors.ts'

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

const FLOW_PROJECTS = ['tis-trainee-sync', 'tis-trainee-notifications']

/** One error each, long ago: Sentry knows no environment in which nothing ever happened, and says that it is not there. */
export function withOldErrors(world: World): void {
  for (const slug of FLOW_PROJECTS) addErrors(world, slug, { count: 1, atMs: Date.now() - 2 * 3_600_000 })
}

interface ResilienceFixtures {
  /** An operator's session over HTTP. */
  session: APIRequestContext
}

export const test = base.extend<ResilienceFixtures>({
  worldOptions: quietWorld,
  world: async ({ world }, use) => {
    withOldErrors(world)
    await use({ ...world, settings: withQuickSqs(world.settings) })
  },
  session: async ({ app }, use) => {
    const session = await signInOverHttp(app, 'omar')
    await use(session)
    await session.dispose()
  },
})

export { expect } from '#e2e/fixtures.ts'
