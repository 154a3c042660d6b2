import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  countMessages,
  fillQueue,
  makeQueues,
  REGION,
  runBareLoop,
  startBenchServer,
  type BenchQueues,
  type BenchServer,
} from './bench/redrive-queues.ts'
import { runProduct } from './bench/redrive-product.ts'
import { openDb, type Db } from '#lib/store/db.ts'
import { startPostgres } from '#lib/testing/postgres-server.ts'

/**
 * `npm run bench:redrive`: how fast the product's own moving is, every message written down before and after each call, against a bare
 * loop at as many calls at once, in turns in one run; our server against fauxqs under the same bare loop; whether an asked rate is kept,
 * whether memory stays flat, and how much faster it is than replay-aws-dlq. The last line is JSON. `--memory 1000000` is the full size.
 */
const USAGE =
  'usage: npm run bench:redrive -- [--store embedded|postgresql] [--pairs 5] [--memory 100000] [--only speed,server,rate,memory,peer]'
const PARTS = ['speed', 'server', 'rate', 'memory', 'peer'] as const
type Part = (typeof PARTS)[number]

/** Messages a run by added latency and concurrency: some seconds each. */
const SIZES = [
  { latencyMs: 20, concurrency: 4, count: 2_500 },
  { latencyMs: 20, concurrency: 16, count: 6_000 },
  { latencyMs: 0, concurrency: 4, count: 8_000 },
  { latencyMs: 0, concurrency: 16, count: 8_000 },
] as const
const RATES = [50, 400] as const
const RATE_SECONDS = 12
const PEER = 'replay-aws-dlq@1.0.1'
const PEER_MESSAGES = 2_000
const PEER_DEADLINE_MS = 180_000

interface Bench {
  readonly server: BenchServer
  readonly db: Db
  readonly pairs: number
}

/** Runs work on two queues that hold so many messages. Checks that all of them are where they belong afterwards. */
async function onQueues<T>(server: BenchServer, count: number, work: (queues: BenchQueues) => Promise<T>): Promise<T> {
  const queues = await makeQueues(server)
  await fillQueue(server, queues.sourceUrl, count)
  const result = await work(queues)
  const [left, moved] = [
    await countMessages(server, queues.sourceUrl),
    await countMessages(server, queues.destinationUrl),
  ]
  if (left !== 0 || moved !== count) throw new Error(`${moved} of ${count} messages were moved, ${left} are left.`)
  await queues.drop()
  return result
}

async function speed({ server, db, pairs }: Bench): Promise<object[]> {
  const results: object[] = []
  for (const { latencyMs, concurrency, count } of SIZES) {
    const pairsOf: { product: Timed; bare: Timed }[] = []
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

async function keepRates({ server, db }: Bench): Promise<object[]> {
  const results: object[] = []
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
async function measureMemory({ server, db }: Bench, most: number): Promise<object[]> {
  const results: object[] = []
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

/** The tool that most people take, to its last message, and ours on the same queue at concurrency 4. */
async function comparePeer({ server, db }: Bench): Promise<object> {
  const folder = resolve('.spillway/bench/replay-aws-dlq')
  const program = join(folder, 'node_modules', 'replay-aws-dlq', 'cli.js')
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true })
    // With the AWS SDK of another generation it weighs over 100 MB: too much for everybody who installs Spillway.
    const { status } = spawnSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', PEER], {
      stdio: 'ignore',
    })
    if (status !== 0) return { skipped: `${PEER} could not be installed` }
  }
  const theirs = await onQueues(server, PEER_MESSAGES, (queues) => runPeer(program, server, queues))
  const ours = await onQueues(server, PEER_MESSAGES, (queues) =>
    runProduct(db, queues, { count: PEER_MESSAGES, concurrency: 4 }),
  )
  return { peerPerSecond: Math.round(theirs), productPerSecond: Math.round(ours), times: rounded(ours / theirs) }
}

/** Messages a second from the first that it moved to the last: neither its start nor the 20 s in which it then waits for more count. */
async function runPeer(
  program: string,
  server: BenchServer,
  { sourceUrl, destinationUrl }: BenchQueues,
): Promise<number> {
  const env = { ...process.env, AWS_REGION: REGION, AWS_ACCESS_KEY_ID: 'peer', AWS_SECRET_ACCESS_KEY: 'x' }
  const child = spawn(process.execPath, [program, sourceUrl, destinationUrl], { env, stdio: 'ignore' })
  const deadlineMs = performance.now() + PEER_DEADLINE_MS
  let firstMs: number | null = null
  try {
    for (;;) {
      const left = await countMessages(server, sourceUrl)
      const nowMs = performance.now()
      if (left < PEER_MESSAGES) firstMs ??= nowMs
      if (left === 0 && firstMs !== null) return (PEER_MESSAGES / (nowMs - firstMs)) * 1_000
      if (nowMs > deadlineMs) throw new Error(`${PEER} did not move ${PEER_MESSAGES} messages in time.`)
      await pause(20)
    }
  } finally {
    child.kill()
  }
}

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
    only: { type: 'string', default: PARTS.join(',') },
  },
})
const [pairs, memory] = [Number(values.pairs), Number(values.memory)]
const parts = PARTS.filter((part) => values.only.split(',').includes(part))
if (!(pairs >= 1) || !(memory >= 1_000) || parts.length === 0) {
  console.error(USAGE)
  process.exit(2)
}
const server = await startBenchServer('ours')
process.env['AWS_ENDPOINT_URL_SQS'] = server.endpoint
process.env['AWS_ACCESS_KEY_ID'] = 'spillway'
process.env['AWS_SECRET_ACCESS_KEY'] = 'x'
const { db, close } = await openStore(values.store)
const bench = { server, db, pairs }
const WORK: Readonly<Record<Part, () => Promise<unknown>>> = {
  speed: () => speed(bench),
  server: () => compareServers(bench),
  rate: () => keepRates(bench),
  memory: () => measureMemory(bench, memory),
  peer: () => comparePeer(bench),
}
const results: Record<string, unknown> = {}
for (const part of parts) {
  results[part] = await WORK[part]()
  console.dir({ [part]: results[part] }, { depth: 4 })
}
await close()
await server.stop()
console.log(JSON.stringify({ bench: 'redrive', store: values.store, ...results }))
process.exit(0)
