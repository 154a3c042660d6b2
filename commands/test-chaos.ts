import { parseArgs } from 'node:util'
import { createApp } from '#e2e/app.ts'
import { seededRandom } from '#e2e/chaos/random.ts'
import { scenarios } from '#e2e/chaos/scenarios.ts'
import type { Scenario } from '#e2e/chaos/scenario.ts'
import { startPostgres } from '#lib/testing/postgres-server.ts'
import { startWorld } from '#world/world.ts'
import { buildIfNeeded } from './build-if-needed.ts'

/**
 * `npm run test:chaos -- --seed N --runs N [--scenario ID] [--store embedded|postgresql|both]`: kills Spillway with SIGKILL at seeded
 * moments and at every boundary, and judges by what the sandbox published and logged. Each run prints its seed; the same seed repeats it.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '20' },
    scenario: { type: 'string' },
    store: { type: 'string', default: 'both' },
  },
})

type StoreName = 'embedded' | 'postgresql'

async function runOnce(
  scenario: Scenario,
  seed: number,
  boundary: string,
  databaseUrl: string | undefined,
): Promise<void> {
  const world = await startWorld({ traffic: false, speed: 60, seed })
  const app = await createApp({
    env: world.env,
    settings: world.settings,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  })
  try {
    await app.start()
    const killAndRestart = async (): Promise<void> => {
      await app.stop('SIGKILL')
      await app.start()
    }
    await scenario.run(
      { world, app, random: seededRandom(seed), killAndRestart, note: (text) => console.log(`  ${text}`) },
      boundary,
    )
  } finally {
    await app.dispose()
    await world.stop()
  }
}

buildIfNeeded()
const first = Number(values.seed)
const runs = Number(values.runs)
const wanted = scenarios.filter(({ id }) => values.scenario === undefined || id === values.scenario)
const stores: readonly StoreName[] =
  values.store === 'both' ? ['embedded', 'postgresql'] : [values.store === 'postgresql' ? 'postgresql' : 'embedded']
const postgres = stores.includes('postgresql') ? await startPostgres() : null

let passed = 0
let failed = 0
for (const scenario of wanted) {
  for (let index = 0; index < runs; index += 1) {
    const seed = first + index
    // Both follow from the seed alone, so that one seed repeats one run.
    const boundary = scenario.boundaries[seed % scenario.boundaries.length] ?? 'random'
    const store = stores[Math.floor(seed / scenario.boundaries.length) % stores.length] ?? 'embedded'
    const name = `${scenario.id} seed ${seed} ${boundary} on ${store}`
    try {
      await runOnce(scenario, seed, boundary, store === 'postgresql' ? await postgres?.createDatabase() : undefined)
      passed += 1
      console.log(`ok     ${name}`)
    } catch (error) {
      failed += 1
      console.log(
        `FAILED ${name}\n       ${String(error)}\n       again: npm run test:chaos -- --scenario ${scenario.id} --seed ${seed} --runs 1`,
      )
    }
  }
}
await postgres?.stop()
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
