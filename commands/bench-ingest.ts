import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'drizzle-orm'
import {
  BARE_KINDS,
  bareRowsOf,
  createBareTables,
  insertBare,
  openBareSession,
  type BareKind,
  type BareRows,
  type BareSession,
} from './bench/bare-tables.ts'
import { historyLine } from './bench/history-lines.ts'
import { IdleLoop, LoopDelay } from './bench/loop-delay.ts'
import { applyReadings } from '#lib/collect/apply-readings.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import { importOutcomes, ITEMS_A_BATCH } from '#lib/ingest/import-outcomes.ts'
import { outcomeParsing } from '#lib/ingest/outcome-parsing.ts'
import { parseRawItem } from '#lib/ingest/raw-item.ts'
import { openDb, type Db } from '#lib/store/db.ts'
import { ensurePartitions } from '#lib/store/partitions.ts'
import { startPostgres } from '#lib/testing/postgres-server.ts'

/**
 * `npm run bench:ingest`: how fast outcomes are taken in by the real path (read, checked, state machine, roll-ups, one transaction) against bare
 * multi-row inserts of the same rows into the same tables, in turns in one run, and whether that stays so as the tables grow. The last line
 * is JSON. `--ids 10000000` is the full size; `--ids 100000` the one for CI. `--detect no` leaves out the detectors, which examine each outcome in the same
 * transaction.
 */
const USAGE =
  'usage: npm run bench:ingest -- [--store embedded|postgresql|both] [--ids 1000000] [--bare values|arrays|both|none] [--detect yes|no]'

/** Growth is told by the rates over this share of the ids, at a tenth of them and at the end. */
const WINDOW = 0.1
/** The comparison with bare inserts begins after this share, when all code is warm. */
const WARM = 0.3
/** Rows that one kind of work stores before it is the next one's turn. */
const A_TURN = 5 * ITEMS_A_BATCH
const NEWLINE = Buffer.from('\n')
const SETTINGS = settingsSchema.parse({})
const PARSING = outcomeParsing(SETTINGS, Date.UTC(2026, 10, 22))

interface Order {
  readonly ids: number
  readonly detects: boolean
  readonly bare: readonly BareKind[]
}

/** Milliseconds of the clock and of processors, and rows, of one kind of work. */
class Tally {
  ms = 0
  cpuMs = 0
  rows = 0

  async time(rows: number, cpuMs: () => number, work: () => Promise<void>): Promise<void> {
    const [startedMs, startedCpuMs] = [performance.now(), cpuMs()]
    await work()
    this.ms += performance.now() - startedMs
    this.cpuMs += cpuMs() - startedCpuMs
    this.rows += rows
  }

  add({ ms, cpuMs, rows }: Tally): void {
    this.ms += ms
    this.cpuMs += cpuMs
    this.rows += rows
  }

  get rate(): number {
    return Math.round((this.rows / this.ms) * 1_000)
  }

  /** Rows a second of processor time, of this process and of the database's: what counts on a machine that others use too. */
  get cpuRate(): number {
    return Math.round((this.rows / this.cpuMs) * 1_000)
  }
}

/** As `npm run import` does it: reading and checking a batch while the one before is stored. */
async function takeIn(db: Db, lines: readonly Buffer[], { detects }: Order): Promise<void> {
  const { added, read } = await importOutcomes(
    lines.map((line) => Buffer.concat([line, NEWLINE])),
    {
      format: 'jsonl',
      from: 1,
      parsing: PARSING,
      name: 'bench',
      nowMs: () => Date.now(),
      signal: new AbortController().signal,
      onProgress: () => {},
      onProblem: (place, reason) => {
        throw new Error(`${place}: ${reason}`)
      },
      store: (readings) =>
        db.transaction((tx) =>
          applyReadings(tx, readings, {
            source: 'email-outcomes',
            atMs: Date.now(),
            settings: SETTINGS,
            secret: undefined,
            ...(detects ? {} : { detectors: [] }),
          }),
        ),
    },
  )
  if (added !== lines.length) throw new Error(`${added} of ${read} outcomes were new`)
}

function linesOf(from: number, { ids }: Order): Buffer[] {
  return Array.from({ length: Math.min(A_TURN, ids - from) }, (_, at) => Buffer.from(historyLine(from + at, ids)))
}

function eventsOf(lines: readonly Buffer[]): OutcomeEvent[] {
  return lines.flatMap((bytes, at) => {
    const parsed = parseRawItem({ place: '', number: at, bytes }, { parsing: PARSING, nameOf: () => '' })
    return parsed.kind === 'event' ? [parsed.event] : []
  })
}

interface Windowed {
  readonly real: Tally
  readonly bare: ReadonlyMap<BareKind, Tally>
}

const newWindow = (bare: readonly BareKind[]): Windowed => ({
  real: new Tally(),
  bare: new Map(bare.map((kind) => [kind, new Tally()])),
})

function batchesOf(lines: readonly Buffer[]): BareRows[] {
  const events = eventsOf(lines)
  return Array.from({ length: Math.ceil(events.length / ITEMS_A_BATCH) }, (_, at) =>
    bareRowsOf(events.slice(at * ITEMS_A_BATCH, (at + 1) * ITEMS_A_BATCH)),
  )
}

async function insertAll(session: BareSession, kind: BareKind, batches: readonly BareRows[]): Promise<void> {
  for (const rows of batches) await insertBare(session, kind, rows)
}

/** Processor time of this process, of which the embedded store is a part, and of the database's processes that serve it. */
async function cpuClock(db: Db): Promise<() => number> {
  if (db.kind === 'embedded' || process.platform !== 'linux') return ownMs
  const { rows } = await db.orm.execute<{ pid: number }>(
    sql`select pid from pg_stat_activity where application_name = 'spillway' and backend_type = 'client backend'`,
  )
  return () => rows.reduce((sum, { pid }) => sum + processMs(pid), ownMs())
}

function ownMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** User and system time of another process (fields 14 and 15 of its stat, in hundredths of a second). */
function processMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function measure(db: Db, order: Order): Promise<Record<string, unknown>> {
  await ensurePartitions(db, Date.UTC(2023, 0), Date.UTC(2025, 0, 31))
  for (const kind of order.bare) await createBareTables(db, kind)
  const session = await openBareSession(db)
  const cpuMs = await cpuClock(db)
  const [delay, idle] = [new LoopDelay(), new IdleLoop()]
  const [early, late, warm] = [new Tally(), new Tally(), newWindow(order.bare)]
  for (let from = 0; from < order.ids; from += A_TURN) {
    const share = from / order.ids
    const isEarly = share >= WINDOW * 0.5 && share < WINDOW * 1.5
    const turn = new Tally()
    const bareOf = (kind: BareKind): Tally => (share >= WARM ? warm.bare.get(kind) : undefined) ?? new Tally()
    const lines = linesOf(from, order)
    // Each goes first in turn, so that none has the warmer cache.
    const works = [
      async () => {
        delay.start()
        idle.start()
        await turn.time(lines.length, cpuMs, () => takeIn(db, lines, order))
        delay.stop()
        idle.stop()
      },
      ...order.bare.map((kind) => () => {
        // Made when it is their turn, so that they lie in nobody else's memory.
        const batches = batchesOf(lines)
        return bareOf(kind).time(lines.length, cpuMs, () => insertAll(session, kind, batches))
      }),
    ]
    const first = (from / A_TURN) % works.length
    for (const work of [...works.slice(first), ...works.slice(0, first)]) await work()
    if (isEarly) early.add(turn)
    if (share >= 1 - WINDOW) late.add(turn)
    if (share >= WARM) warm.real.add(turn)
    const [done, tenth] = [from + lines.length, Math.ceil(order.ids / 10)]
    if (Math.floor(done / tenth) > Math.floor(from / tenth))
      console.error(`${db.kind}: ${done} of ${order.ids}, ${turn.cpuRate} a second of processor time`)
  }
  await session.close()
  return {
    store: db.kind,
    ids: order.ids,
    detects: order.detects,
    batch: ITEMS_A_BATCH,
    realPerSecond: late.rate,
    realPerCpuSecond: late.cpuRate,
    bare: Object.fromEntries([...warm.bare].map(([kind, tally]) => [kind, comparison(warm.real, tally)])),
    ratioToTenth: ratio(late.rate, early.rate),
    cpuRatioToTenth: ratio(late.cpuRate, early.cpuRate),
    loopDelay: delay.figures(),
    idleLoopDelay: await idle.figures(),
  }
}

function comparison(real: Tally, bare: Tally): Record<string, number> {
  return {
    perSecond: bare.rate,
    ratio: ratio(real.rate, bare.rate),
    perCpuSecond: bare.cpuRate,
    cpuRatio: ratio(real.cpuRate, bare.cpuRate),
  }
}

function ratio(a: number, b: number): number {
  return Math.round((a / b) * 1_000) / 1_000
}

async function withEmbedded<T>(work: (db: Db) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-bench-'))
  const db = await openDb({ dataDir: folder })
  try {
    return await work(db)
  } finally {
    await db.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function withPostgres<T>(work: (db: Db) => Promise<T>): Promise<T> {
  const server = await startPostgres()
  const db = await openDb({ databaseUrl: server.url })
  try {
    return await work(db)
  } finally {
    await db.close()
    await server.stop()
  }
}

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'both' },
    ids: { type: 'string', default: '1000000' },
    bare: { type: 'string', default: 'both' },
    detect: { type: 'string', default: 'yes' },
  },
})
const bare = BARE_KINDS.filter((kind) => values.bare === kind || values.bare === 'both')
const order: Order = { ids: Number(values.ids), detects: values.detect !== 'no', bare }
if (!(order.ids >= 100_000) || (bare.length === 0 && values.bare !== 'none')) {
  console.error(USAGE)
  process.exit(2)
}
const results: Record<string, unknown>[] = []
if (values.store !== 'postgresql') results.push(await withEmbedded((db) => measure(db, order)))
if (values.store !== 'embedded') results.push(await withPostgres((db) => measure(db, order)))
for (const result of results) console.dir(result, { depth: 4 })
console.log(JSON.stringify({ bench: 'ingest', results }))
