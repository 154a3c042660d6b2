import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { comparePeer } from './bench/redrive-peer.ts'
import { runProduct } from './bench/redrive-product.ts'
import { onQueues, runBareLoop, startBenchServer, type BenchQueues, type BenchServer } from './bench/redrive-queues.ts'
import {
  redriveShortfalls,
  type MemoryFigures,
  type RateFigures,
  type RedriveFigures,
  type SpeedFigures,
} from './bench/redrive-targets.ts'
import { sql } from 'drizzle-orm'
import { openDb, type Db } from '#lib/store/db.ts'
import { startPostgres } from '#lib/testing/postgres-server.ts'

/**
 * `npm run bench:redrive`: how fast the product's own moving is, every message written down before and after each call, against a bare
 * loop at as many calls at once, in turns in one run; our server against fauxqs under the same bare loop; whether an asked rate is kept,
 * whether memory stays flat, and how much faster it is than replay-aws-dlq. The last line is JSON. `--memory 1000000` is the full size;
 * `--check` fails when a figure falls short, as `npm test` does at 30,000 messages, and with latency and 4 calls at once alone: with 16 the
 * processors are near their limit, and a slower machine is over it.
 */
const USAGE =
  'usage: npm run bench:redrive -- [--store embedded|postgresql] [--pairs 5] [--memory 100000] [--latency 0,20] [--calls 4,16] [--only speed,server,rate,memory,peer] [--check]'
const PARTS = ['speed', 'server', 'rate', 'memory', 'peer'] as const
type Part = (typeof PARTS)[number]

/** Messages a run by added latency and concurrency: some seconds each. */
const SIZES = [
  { latencyMs: 20, concurrency: 4, count: 2_500 },
  { latencyMs: 20, concurrency: 16, count: 6_000 },
  { latencyMs: 0, concurrency: 4, count: 8_000 },
  { latencyMs: 0, concurrency: 16, count: 8_000 },
] as const
type Size = (typeof SIZES)[number]
const RATES = [50, 400] as const
const RATE_SECONDS = 12
/** Of a part that is checked. */
const ATTEMPTS = 3

interface Bench {
  readonly server: BenchServer
  readonly db: Db
  readonly pairs: number
  readonly sizes: readonly Size[]
}

async function speed({ server, db, pairs, sizes }: Bench): Promise<SpeedFigures[]> {
  const results: SpeedFigures[] = []
  for (const { latencyMs, concurrency, count } of sizes) {
    const pairsOf: { product: Timed; bare: Timed }[] = []
    // So that a size's place in the row does not matter: writing gets slower with what the ledger holds.
    await db.orm.execute(sql`truncate redrive_message`)
    // The first pair warms up and does not count.
    for (let pair = 0; pair <= pairs; pair += 1) {
      const late = (work: (queues: BenchQueues) => Promise<number>): Promise<Timed> =>
        timed(server, { count, latencyMs }, work)
      const product = (): Promise<Timed> => late((queues) => runProduct(db, queues, { count, concurrency }))
      const bare = (): Promise<Timed> => late((queues) => runBareLoop(server, queues, { count, concurrency }))
      const rates = pair % 2 === 0 ? { product: await product(), bare: await bare() } : await bareFirst(product, bare)
      if (pair > 0) pairsOf.push(rates)
    }
    const result = {
      latencyMs,
      concurrency,
      productPerSecond: Math.round(median(pairsOf.map(({ product }) => product.perSecond))),
      barePerSecond: Math.round(median(pairsOf.map(({ bare }) => bare.perSecond))),
      ratio: rounded(median(pairsOf.map(({ product, bare }) => product.perSecond / bare.perSecond))),
      productCpuMs: rounded(median(pairsOf.map(({ product }) => product.cpuMs))),
      bareCpuMs: rounded(median(pairsOf.map(({ bare }) => bare.cpuMs))),
    }
    console.log(result)
    results.push(result)
  }
  return results
}

async function bareFirst(
  product: () => Promise<Timed>,
  bare: () => Promise<Timed>,
): Promise<{ product: Timed; bare: Timed }> {
  const first = await bare()
  return { bare: first, product: await product() }
}

interface Timed {
  readonly perSecond: number
  /** Processor time of this process a message, the embedded store's thread included; the server's and PostgreSQL's are their own. */
  readonly cpuMs: number
}

/** Runs work on fresh queues while the server answers late; filling them does not count. */
function timed(
  server: BenchServer,
  { count, latencyMs }: { readonly count: number; readonly latencyMs: number },
  work: (queues: BenchQueues) => Promise<number>,
): Promise<Timed> {
  collectGarbage()
  return onQueues(server, count, async (queues) => {
    await server.delay(latencyMs)
    const before = process.cpuUsage()
    const perSecond = await work(queues)
    const { user, system } = process.cpuUsage(before)
    await server.delay(0)
    return { perSecond, cpuMs: (user + system) / 1_000 / count }
  })
}

/** The same bare loop on our server and on fauxqs. */
async function compareServers({ server, pairs }: Bench): Promise<object> {
  const theirs = await startBenchServer('fauxqs')
  const [count, concurrency] = [8_000, 4]
  const rates: { ours: number; fauxqs: number }[] = []
  const run = (on: BenchServer): Promise<number> =>
    onQueues(on, count, (queues) => runBareLoop(on, queues, { count, concurrency }))
  try {
    for (let pair = 0; pair <= pairs; pair += 1) {
      const [ours, fauxqs] = [await run(server), await run(theirs)]
      if (pair > 0) rates.push({ ours, fauxqs })
    }
  } finally {
    await theirs.stop()
  }
  return {
    oursPerSecond: Math.round(median(rates.map(({ ours }) => ours))),
    fauxqsPerSecond: Math.round(median(rates.map(({ fauxqs }) => fauxqs))),
    ratio: rounded(median(rates.map(({ ours, fauxqs }) => ours / fauxqs))),
  }
}

async function keepRates({ server, db }: Bench): Promise<RateFigures[]> {
  const results: RateFigures[] = []
  for (const asked of RATES) {
    const count = asked * RATE_SECONDS
    const kept = await onQueues(server, count, (queues) =>
      runProduct(db, queues, { count, concurrency: 4, perSecond: asked }),
    )
    results.push({ asked, kept: rounded(kept), difference: rounded(kept / asked - 1) })
  }
  return results
}

/** Memory of this process, the embedded store's thread included, while few and while many are moved. */
async function measureMemory({ server, db }: Bench, most: number): Promise<MemoryFigures[]> {
  const results: MemoryFigures[] = []
  for (const count of [1_000, Math.round(Math.sqrt(1_000 * most)), most]) {
    const peak = { heapMb: 0 }
    await onQueues(server, count, async (queues) => {
      const watching = setInterval(() => {
        collectGarbage()
        peak.heapMb = Math.max(peak.heapMb, heapMb())
      }, 2_000)
      try {
        const perSecond = await runProduct(db, queues, { count, concurrency: 4 })
        collectGarbage()
        results.push({
          count,
          perSecond: Math.round(perSecond),
          peakHeapMb: rounded(Math.max(peak.heapMb, heapMb())),
          rssMb: Math.round(process.memoryUsage().rss / 1e6),
        })
      } finally {
        clearInterval(watching)
      }
    })
    console.log(results.at(-1))
  }
  return results
}

function heapMb(): number {
  return process.memoryUsage().heapUsed / 1e6
}

setFlagsFromString('--expose-gc')
/** The engine's own, which is there after the flag was set. */
const collectGarbage = runInNewContext('gc') as () => void

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}

async function openStore(kind: string): Promise<{ db: Db; close: () => Promise<void> }> {
  if (kind === 'postgresql') {
    const postgres = await startPostgres()
    const db = await openDb({ databaseUrl: postgres.url })
    return { db, close: () => db.close().then(() => postgres.stop()) }
  }
  const folder = mkdtempSync(join(tmpdir(), 'spillway-bench-'))
  const db = await openDb({ dataDir: folder })
  return { db, close: () => db.close().then(() => rmSync(folder, { recursive: true, force: true })) }
}

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'embedded' },
    pairs: { type: 'string', default: '5' },
    memory: { type: 'string', default: '100000' },
    latency: { type: 'string', default: '0,20' },
    calls: { type: 'string', default: '4,16' },
    only: { type: 'string', default: PARTS.join(',') },
    check: { type: 'boolean', default: false },
  },
})
const [pairs, memory] = [Number(values.pairs), Number(values.memory)]
const isAsked = (given: string, value: number): boolean => given.split(',').includes(String(value))
const sizes = SIZES.filter(
  ({ latencyMs, concurrency }) => isAsked(values.latency, latencyMs) && isAsked(values.calls, concurrency),
)
const parts = PARTS.filter((part) => values.only.split(',').includes(part))
if (!(pairs >= 1) || !(memory >= 1_000) || parts.length === 0 || sizes.length === 0) {
  console.error(USAGE)
  process.exit(2)
}
const server = await startBenchServer('ours')
process.env['AWS_ENDPOINT_URL_SQS'] = server.endpoint
process.env['AWS_ACCESS_KEY_ID'] = 'spillway'
process.env['AWS_SECRET_ACCESS_KEY'] = 'x'
const { db, close } = await openStore(values.store)
const bench = { server, db, pairs, sizes }

/** Measures a part; to check it, again up to twice, since whatever else the machine does makes figures worse and hardly ever better. */
async function measured(part: Part): Promise<{ figures: object; short: string[] }> {
  for (let attempt = 1; ; attempt += 1) {
    const figures = await measureOnce(part)
    const short = values.check ? redriveShortfalls(figures) : []
    if (short.length === 0 || attempt === ATTEMPTS) return { figures, short }
    console.error(`${short.join('; ')}; once more`)
  }
}

async function measureOnce(part: Part): Promise<RedriveFigures & { server?: object; peer?: object }> {
  switch (part) {
    case 'speed':
      return { speed: await speed(bench) }
    case 'server':
      return { server: await compareServers(bench) }
    case 'rate':
      return { rate: await keepRates(bench) }
    case 'memory':
      return { memory: await measureMemory(bench, memory) }
    case 'peer':
      return { peer: await comparePeer(server, db) }
  }
}

const results: object[] = []
for (const part of parts) {
  const { figures, short } = await measured(part)
  results.push(figures)
  console.dir(figures, { depth: 4 })
  for (const words of short) console.error(words)
  if (short.length > 0) process.exitCode = 1
}
await close()
await server.stop()
console.log(JSON.stringify({ bench: 'redrive', store: values.store, ...Object.assign({}, ...results) }))
process.exit()
