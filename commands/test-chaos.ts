import { parseArgs } from 'node:util'
import { createApp } from '#e2e/app.ts'
import { seededRandom } from '#e2e/chaos/random.ts'
import { scenarios } from '#e2e/chaos/scenarios.ts'
import type { Scenario } from '#e2e/chaos/scenario.ts'
import { startPostgres } from '#lib/testing/postgres-server.ts'
import { startWorld } from '#world/world.ts'
import { buildIfNeeded } from './build-if-needed.ts'

/**
 * `npm run test:chaos -- --seed N --runs N [--scenario ID] [--store embedded|postgresql|both] [--parallel N]`: kills Spillway with SIGKILL at
 * seeded moments and at every boundary, and judges by what the sandbox published and logged. Each run prints its seed; the same seed repeats it.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '20' },
    scenario: { type: 'string' },
    store: { type: 'string', default: 'both' },
    parallel: { type: 'string', default: '2' },
  },
})

type StoreName = 'embedded' | 'postgresql'
const STORES: readonly StoreName[] = ['embedded', 'postgresql']

interface Run {
  readonly scenario: Scenario
  readonly seed: number
  readonly boundary: string
  readonly store: StoreName
}

/** Figures that say much: some people without an address, some bounces, some planned mails. */
const SHARES = { noAddress: 0.1, bounce: 0.1, scheduled: 0.2, aside: 0.2, testUser: 0.05 }

async function runOnce({ scenario, seed, boundary }: Run, databaseUrl: string | undefined): Promise<void> {
  const world = await startWorld({ traffic: false, past: false, queues: 2, speed: 60, seed, shares: SHARES })
  const app = await createApp({
    env: world.env,
    settings: world.settings,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  })
  try {
    await app.start()
    await scenario.run({ world, app, random: seededRandom(seed) }, boundary)
  } catch (error) {
    throw new Error(`${String(error)}\n${(app.process()?.lines ?? []).slice(-20).join('\n')}`, { cause: error })
  } finally {
    await app.dispose()
    await world.stop()
  }
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  console.error(`--${name} must be a whole number, e.g. --${name} 20; it was ${text}`)
  process.exit(2)
}

function listRuns(): Run[] {
  const first = wholeNumber('seed', values.seed)
  const runs = wholeNumber('runs', values.runs)
  const wanted = scenarios.filter(({ id }) => values.scenario === undefined || id === values.scenario)
  const stores = STORES.filter((store) => values.store === 'both' || values.store === store)
  if (wanted.length === 0 || stores.length === 0) {
    console.error(
      `Scenarios: ${scenarios.map(({ id, title }) => `${id} (${title})`).join(', ')}. Stores: ${STORES.join(', ')}, both.`,
    )
    process.exit(2)
  }
  return wanted.flatMap((scenario) =>
    Array.from({ length: runs }, (_, index): Run => {
      const seed = first + index
      // Both follow from the seed alone, so that one seed repeats one run; four seeds in a row strike every boundary, eight on both stores.
      const boundary = scenario.boundaries[seed % scenario.boundaries.length] ?? 'random'
      const store = stores[(seed + Math.floor(seed / scenario.boundaries.length)) % stores.length] ?? 'embedded'
      return { scenario, seed, boundary, store }
    }),
  )
}

const runs = listRuns()
const parallel = Math.max(1, wholeNumber('parallel', values.parallel))
buildIfNeeded()
const postgres = runs.some(({ store }) => store === 'postgresql') ? await startPostgres() : null
let failed = 0

async function runNext(): Promise<void> {
  for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
    const name = `${run.scenario.id} seed ${run.seed} ${run.boundary} on ${run.store}`
    const startedMs = Date.now()
    try {
      await runOnce(run, run.store === 'postgresql' ? await postgres?.createDatabase() : undefined)
      console.log(`ok     ${name} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`)
    } catch (error) {
      failed += 1
      const again = `npm run test:chaos -- --scenario ${run.scenario.id} --seed ${run.seed} --runs 1 --store ${values.store}`
      console.log(`FAILED ${name}\n       ${String(error)}\n       again: ${again}`)
    }
  }
}

const queue = [...runs]
await Promise.all(Array.from({ length: parallel }, runNext))
await postgres?.stop()
console.log(`${runs.length - failed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
