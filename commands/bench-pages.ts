import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'drizzle-orm'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { openDb, type Db } from '#lib/store/db.ts'
import { ensurePartitions } from '#lib/store/partitions.ts'
import { recordOk } from '#lib/store/source-states.ts'
import { startPostgres } from '#lib/testing/postgres-server.ts'
import { loadEmails } from '#lib/views/emails/query.ts'
import { fillOutcomes } from './bench/fill-outcomes.ts'

/**
 * `npm run bench:pages`: how long the queries of the e-mails page take over the same 100,000 outcomes of the last 90 days, in a store
 * that holds nothing else and in one with a long history behind them, in turns. The last line is JSON. `--ids 10000000` is the full size.
 * `--check` fails when any range takes more than twice as long, as `npm test` does at 200,000.
 */
const USAGE =
  'usage: npm run bench:pages -- [--store embedded|postgresql|both] [--ids 1000000] [--check]; more than 100000'

const RECENT = 100_000
const OPEN = 300
const DAY_MS = 86_400_000
const RECENT_DAYS = 90
const HISTORY_DAYS = 640
const RANGES = ['24h', '7d', '90d'] as const
const RUNS = 7
const MOST_TIMES = 2
const ENV = { SPILLWAY_SECRET: 'a secret of thirty-two characters', AWS_REGION: 'eu-west-2' }
const SETTINGS = settingsSchema.parse({
  sources: { 'email-outcomes': { queueUrl: 'http://127.0.0.1:9324/000000000000/outcomes' } },
})

type Range = (typeof RANGES)[number]

async function timePage(db: Db, nowMs: number, range: Range): Promise<number> {
  const viewer = { kind: 'person', sessionId: 'bench', sub: 'bench', name: 'Bench', role: 'operator' } as const
  const context = {
    viewer,
    db,
    tx: db.orm,
    nowMs,
    timeZone: 'Europe/London',
    settings: SETTINGS,
    env: readEnv(ENV).env,
  }
  const startedMs = performance.now()
  const page = await loadEmails({ range }, context)
  if (page.totals.delivered === 0) throw new Error('the page shows no e-mails')
  return performance.now() - startedMs
}

/** Median milliseconds of the whole view on both stores. They take turns, so that whatever else the machine does meets both alike. */
async function compare(alone: Db, behind: Db, nowMs: number, range: Range): Promise<readonly [number, number]> {
  const tookMs: [number[], number[]] = [[], []]
  for (let run = 0; run <= RUNS; run += 1) {
    const pair = [await timePage(alone, nowMs, range), await timePage(behind, nowMs, range)] as const
    // The first one fills caches, as it does for the page's first reader.
    if (run > 0) for (const at of [0, 1] as const) tookMs[at].push(pair[at])
  }
  return [medianOf(tookMs[0]), medianOf(tookMs[1])]
}

const medianOf = (numbers: readonly number[]): number =>
  Math.round((numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN) * 10) / 10

async function fillRecent(db: Db, ids: number, nowMs: number): Promise<void> {
  const recentMs = nowMs - RECENT_DAYS * DAY_MS
  await ensurePartitions(db, recentMs - DAY_MS, nowMs)
  await db.transaction((tx) => recordOk(tx, 'email-outcomes', nowMs, null))
  await fillOutcomes(db, { first: ids, count: RECENT, fromMs: recentMs, toMs: nowMs, open: OPEN })
}

async function fillHistory(db: Db, ids: number, nowMs: number): Promise<void> {
  const recentMs = nowMs - RECENT_DAYS * DAY_MS
  const firstMs = recentMs - HISTORY_DAYS * DAY_MS
  await ensurePartitions(db, firstMs - DAY_MS, recentMs)
  await fillOutcomes(db, { first: 1, count: ids - RECENT, fromMs: firstMs, toMs: recentMs, open: 0 })
}

interface PageFigures {
  readonly store: string
  readonly ids: number
  /** By range, milliseconds in the store without and in the one with a history, and the second in terms of the first. */
  readonly aloneMs: Readonly<Record<string, number>>
  readonly withHistoryMs: Readonly<Record<string, number>>
  readonly ratio: Readonly<Record<string, number>>
}

async function measure(alone: Db, behind: Db, ids: number): Promise<PageFigures> {
  const nowMs = Math.floor(Date.now() / DAY_MS) * DAY_MS
  await fillHistory(behind, ids, nowMs)
  for (const db of [alone, behind]) {
    await fillRecent(db, ids, nowMs)
    await db.orm.execute(sql`vacuum analyze`)
  }
  const medians: (readonly [Range, number, number])[] = []
  for (const range of RANGES) medians.push([range, ...(await compare(alone, behind, nowMs, range))])
  const by = (of: (alone: number, behind: number) => number): Record<string, number> =>
    Object.fromEntries(medians.map(([range, aloneMs, behindMs]) => [range, of(aloneMs, behindMs)]))
  return {
    store: alone.kind,
    ids,
    aloneMs: by((aloneMs) => aloneMs),
    withHistoryMs: by((_, behindMs) => behindMs),
    ratio: by((aloneMs, behindMs) => Math.round((behindMs / aloneMs) * 100) / 100),
  }
}

async function onEmbedded(ids: number): Promise<PageFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-bench-'))
  const alone = await openDb({ dataDir: join(folder, 'alone') })
  const behind = await openDb({ dataDir: join(folder, 'behind') })
  try {
    return await measure(alone, behind, ids)
  } finally {
    await alone.close()
    await behind.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function onPostgres(ids: number): Promise<PageFigures> {
  const server = await startPostgres()
  const alone = await openDb({ databaseUrl: server.url })
  const behind = await openDb({ databaseUrl: await server.createDatabase() })
  try {
    return await measure(alone, behind, ids)
  } finally {
    await alone.close()
    await behind.close()
    await server.stop()
  }
}

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'both' },
    ids: { type: 'string', default: '1000000' },
    check: { type: 'boolean', default: false },
  },
})
const ids = Number(values.ids)
if (!(ids > RECENT)) {
  console.error(USAGE)
  process.exit(2)
}
const results: PageFigures[] = []
if (values.store !== 'postgresql') results.push(await onEmbedded(ids))
if (values.store !== 'embedded') results.push(await onPostgres(ids))
for (const result of results) console.dir(result, { depth: 4 })
const slow = results.flatMap(({ store, ratio }) =>
  Object.entries(ratio)
    .filter(([, times]) => !(times <= MOST_TIMES))
    .map(([range, times]) => `${store}: ${range} takes ${times} times as long; at most ${MOST_TIMES} is wanted`),
)
for (const words of values.check ? slow : []) console.error(words)
console.log(JSON.stringify({ bench: 'pages', results }))
if (values.check && slow.length > 0) process.exitCode = 1
