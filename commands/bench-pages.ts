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
 * `npm run bench:pages`: how long the queries of the e-mails page take over the same 100,000 outcomes of the last 90 days, alone and with a long
 * history behind them. The last line is JSON. `--ids 10000000` is the full size.
 */
const USAGE = 'usage: npm run bench:pages -- [--store embedded|postgresql|both] [--ids 1000000]; more than 100000'

const RECENT = 100_000
const OPEN = 300
const DAY_MS = 86_400_000
const RECENT_DAYS = 90
const HISTORY_DAYS = 640
const RANGES = ['24h', '7d', '90d'] as const
const RUNS = 7
const ENV = { SPILLWAY_SECRET: 'a secret of thirty-two characters', AWS_REGION: 'eu-west-2' }
const SETTINGS = settingsSchema.parse({
  sources: { 'email-outcomes': { queueUrl: 'http://127.0.0.1:9324/000000000000/outcomes' } },
})

/** Median milliseconds of the whole view, by range. */
async function timePage(db: Db, nowMs: number): Promise<Record<string, number>> {
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
  const medians: [string, number][] = []
  for (const range of RANGES) {
    const tookMs: number[] = []
    for (let run = 0; run <= RUNS; run += 1) {
      const startedMs = performance.now()
      const page = await loadEmails({ range }, context)
      if (page.totals.delivered === 0) throw new Error('the page shows no e-mails')
      // The first one fills caches, as it does for the page's first reader.
      if (run > 0) tookMs.push(performance.now() - startedMs)
    }
    medians.push([range, Math.round((tookMs.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0) * 10) / 10])
  }
  return Object.fromEntries(medians)
}

async function measure(db: Db, ids: number): Promise<Record<string, unknown>> {
  const nowMs = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const recentMs = nowMs - RECENT_DAYS * DAY_MS
  const firstMs = recentMs - HISTORY_DAYS * DAY_MS
  // The months of the history are made with it: a store that never held it does not have them.
  await ensurePartitions(db, recentMs - DAY_MS, nowMs)
  await db.transaction((tx) => recordOk(tx, 'email-outcomes', nowMs, null))
  await fillOutcomes(db, { first: ids, count: RECENT, fromMs: recentMs, toMs: nowMs, open: OPEN })
  await db.orm.execute(sql`analyze`)
  const alone = await timePage(db, nowMs)
  await ensurePartitions(db, firstMs - DAY_MS, recentMs)
  await fillOutcomes(db, { first: 1, count: ids - RECENT, fromMs: firstMs, toMs: recentMs, open: 0 })
  await db.orm.execute(sql`analyze`)
  const withHistory = await timePage(db, nowMs)
  const ratio = Object.fromEntries(
    RANGES.map((range) => [range, Math.round(((withHistory[range] ?? NaN) / (alone[range] ?? NaN)) * 100) / 100]),
  )
  return { store: db.kind, ids, aloneMs: alone, withHistoryMs: withHistory, ratio }
}

async function onEmbedded(ids: number): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-bench-'))
  const db = await openDb({ dataDir: folder })
  try {
    return await measure(db, ids)
  } finally {
    await db.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function onPostgres(ids: number): Promise<Record<string, unknown>> {
  const server = await startPostgres()
  const db = await openDb({ databaseUrl: server.url })
  try {
    return await measure(db, ids)
  } finally {
    await db.close()
    await server.stop()
  }
}

const { values } = parseArgs({
  options: { store: { type: 'string', default: 'both' }, ids: { type: 'string', default: '1000000' } },
})
const ids = Number(values.ids)
if (!(ids > RECENT)) {
  console.error(USAGE)
  process.exit(2)
}
const results: Record<string, unknown>[] = []
if (values.store !== 'postgresql') results.push(await onEmbedded(ids))
if (values.store !== 'embedded') results.push(await onPostgres(ids))
for (const result of results) console.dir(result, { depth: 4 })
console.log(JSON.stringify({ bench: 'pages', results }))
