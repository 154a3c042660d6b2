import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createApp } from '#e2e/app.ts'
import { seededRandom } from '#e2e/chaos/random.ts'
import { scenarios } from '#e2e/chaos/scenarios.ts'
import { DATABASE_RESTART, type BareScenario, type Scenario } from '#e2e/chaos/scenario.ts'
import { withOldErrors } from '#e2e/resilience/add-errors.ts'
import { startPostgres, type PostgresServer } from '#lib/testing/postgres-server.ts'
import { startWorld } from '#world/world.ts'
import { buildIfNeeded } from './build-if-needed.ts'
import { StoreTemplates } from './chaos/store-templates.ts'

/**
 * `npm run test:chaos -- --seed N --runs N [--scenario ID]... [--boundary NAME] [--store embedded|postgresql|both] [--parallel N]`: kills Spillway with SIGKILL at
 * seeded moments and at every boundary, and judges by what the sandbox published and logged. Each run prints its seed; the same seed repeats it.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '20' },
    scenario: { type: 'string', multiple: true, default: [] },
    boundary: { type: 'string' },
    store: { type: 'string', default: 'both' },
    parallel: { type: 'string', default: '2' },
  },
})

type StoreName = 'embedded' | 'postgresql'
const STORES: readonly StoreName[] = ['embedded', 'postgresql']

interface Run {
  readonly scenario: Scenario | BareScenario
  readonly seed: number
  readonly boundary: string
  readonly store: StoreName
}

/** Figures that say much: some people without an address, some bounces, some planned mails. */
const SHARES = { noAddress: 0.1, bounce: 0.1, scheduled: 0.2, aside: 0.2, testUser: 0.05 }
/** The least that the settings allow. */
const SQS_BEAT_SECONDS = 5

const templates = new StoreTemplates()
/** Servers that were stopped and started and are free again. */
const spare: PostgresServer[] = []

async function runOnce(run: Run, shared: PostgresServer | null): Promise<void> {
  if ('runBare' in run.scenario) return runBare(run.scenario, run, shared)
  return runApp(run.scenario, run, shared)
}

async function runBare(
  scenario: BareScenario,
  { seed, boundary, store }: Run,
  shared: PostgresServer | null,
): Promise<void> {
  const database = isRestart(boundary) ? (spare.pop() ?? (await startPostgres())) : null
  const server = store === 'embedded' ? null : (database ?? shared)
  const folder = server === null ? await templates.copyFolder() : ''
  const storeEnv: Record<string, string> =
    server === null ? { SPILLWAY_DATA_DIR: folder } : { DATABASE_URL: await templates.copyDatabase(server) }
  try {
    await scenario.runBare({ random: seededRandom(seed), database, storeEnv }, boundary)
    if (database !== null) spare.push(database)
  } finally {
    if (folder !== '') rmSync(folder, { recursive: true, force: true })
  }
}

async function runApp(
  scenario: Scenario,
  { seed, boundary, store }: Run,
  shared: PostgresServer | null,
): Promise<void> {
  const shares = scenario.shares ?? SHARES
  const world = await startWorld({ traffic: false, past: false, queues: 2, speed: 60, seed, shares })
  withOldErrors(world)
  // Other runs go on meanwhile, so one that stops the server has it to itself.
  const database = isRestart(boundary) ? (spare.pop() ?? (await startPostgres())) : null
  const databaseUrl = store === 'embedded' ? undefined : await (database ?? shared)?.createDatabase()
  const app = await createApp({
    env: world.env,
    settings: {
      ...world.settings,
      sources: { ...world.settings.sources, sqs: { ...world.settings.sources?.sqs, everySeconds: SQS_BEAT_SECONDS } },
    },
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  })
  try {
    await app.start()
    await scenario.run({ world, app, random: seededRandom(seed), database }, boundary)
    if (database !== null) spare.push(database)
  } catch (error) {
    throw new Error(`${String(error)}\n${(app.process()?.lines ?? []).slice(-20).join('\n')}`, { cause: error })
  } finally {
    await app.dispose()
    await world.stop()
  }
}

function isRestart(boundary: string): boolean {
  return boundary.endsWith(DATABASE_RESTART)
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  console.error(`--${name} must be a whole number, e.g. --${name} 20; it was ${text}`)
  process.exit(2)
}

function listRuns(): Run[] {
  const first = wholeNumber('seed', values.seed)
  const runs = wholeNumber('runs', values.runs)
  const { scenario: ids, boundary } = values
  const wanted = scenarios.filter(
    (each) =>
      (ids.length === 0 || ids.includes(each.id)) && (boundary === undefined || each.boundaries.includes(boundary)),
  )
  const stores = STORES.filter((store) => values.store === 'both' || values.store === store)
  const isKnown = ids.every((id) => scenarios.some((each) => each.id === id))
  if (!isKnown || wanted.length === 0 || stores.length === 0) {
    console.error(
      [
        ...scenarios.map((each) => `${each.id} (${each.title}): ${each.boundaries.join(', ')}`),
        `Stores: ${STORES.join(', ')}, both.`,
      ].join('\n'),
    )
    process.exit(2)
  }
  return wanted.flatMap((scenario) =>
    Array.from({ length: runs }, (_, index) => runOf(scenario, first + index, stores)),
  )
}

/** Boundary and store follow from the seed alone, so that one seed repeats one run; as many seeds in a row as there are boundaries strike each, twice as many on both stores. */
function runOf(scenario: Scenario | BareScenario, seed: number, stores: readonly StoreName[]): Run {
  const possible = scenario.boundaries.filter((each) => stores.includes('postgresql') || !isRestart(each))
  const boundaries = values.boundary === undefined ? possible : [values.boundary]
  const turn = seed % boundaries.length
  const boundary = boundaries[turn] ?? 'random'
  const round = Math.floor(seed / boundaries.length)
  const store = isRestart(boundary) ? 'postgresql' : (stores[(turn + round) % stores.length] ?? 'embedded')
  return { scenario, seed, boundary, store }
}

const runs = listRuns()
const parallel = Math.max(1, wholeNumber('parallel', values.parallel))
if (runs.some(({ scenario }) => !('runBare' in scenario))) buildIfNeeded()
const postgres = runs.some(({ store, boundary }) => store === 'postgresql' && !isRestart(boundary))
  ? await startPostgres()
  : null
let failed = 0

async function runNext(): Promise<void> {
  for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
    const name = `${run.scenario.id} seed ${run.seed} ${run.boundary} on ${run.store}`
    const startedMs = Date.now()
    try {
      await runOnce(run, postgres)
      console.log(`ok     ${name} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`)
    } catch (error) {
      failed += 1
      const only = values.boundary === undefined ? '' : ` --boundary "${values.boundary}"`
      const again = `npm run test:chaos -- --scenario ${run.scenario.id}${only} --seed ${run.seed} --runs 1 --store ${values.store}`
      console.log(`FAILED ${name}\n       ${String(error)}\n       again: ${again}`)
    }
  }
}

const queue = [...runs]
await Promise.all(Array.from({ length: parallel }, runNext))
for (const server of [postgres, ...spare]) await server?.stop()
templates.drop()
console.log(`${runs.length - failed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
