import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
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
import { intakeShortfalls, type BareComparison, type IntakeFigures } from './bench/intake-targets.ts'
import { IdleLoop } from './bench/idle-loop.ts'
import { LoopDelay } from './bench/loop-delay.ts'
import { cpuClock, ratio, Tally } from './bench/tally.ts'
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
 * is JSON. `--ids 10000000` is the full size. `--detect no` leaves out the detectors, which examine each outcome in the same transaction. `--check`
 * fails when a figure falls short of what is wanted, as `npm test` does at 100,000 ids.
 */
const USAGE =
  'usage: npm run bench:ingest -- [--store embedded|postgresql|both] [--ids 1000000] [--bare values|arrays|both|none] [--detect yes|no] [--check]'

/** Growth is told by the rates over this share of the ids, at a tenth of them and at the end. */
const WINDOW = 0.1
/** The comparison with bare inserts begins after this share, when all code is warm. */
const WARM = 0.3
/** Rows that one kind of work stores before it is the next one's turn. */
const A_TURN = 5 * ITEMS_A_BATCH
const ATTEMPTS = 3
const NEWLINE = Buffer.from('\n')
const SETTINGS = settingsSchema.parse({})
const PARSING = outcomeParsing(SETTINGS, Date.UTC(2026, 10, 22))

interface Order {
  readonly ids: number
  readonly detects: boolean
  readonly bare: readonly BareKind[]
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

function batchesOf(lines: readonly Buffer[]): BareRows[] {
  const events = eventsOf(lines)
  return Array.from({ length: Math.ceil(events.length / ITEMS_A_BATCH) }, (_, at) =>
    bareRowsOf(events.slice(at * ITEMS_A_BATCH, (at + 1) * ITEMS_A_BATCH)),
  )
}

/** What is timed in one run over one store. */
class Measurement {
  readonly #db: Db
  readonly #order: Order
  readonly #session: BareSession
  readonly #cpuMs: () => number
  readonly #loops = [new LoopDelay(), new IdleLoop()] as const
  readonly #early = new Tally()
  readonly #late = new Tally()
  readonly #warm = new Tally()
  readonly #bare: ReadonlyMap<BareKind, Tally>

  constructor(db: Db, order: Order, tools: { readonly session: BareSession; readonly cpuMs: () => number }) {
    this.#db = db
    this.#order = order
    this.#session = tools.session
    this.#cpuMs = tools.cpuMs
    this.#bare = new Map(order.bare.map((kind) => [kind, new Tally()]))
  }

  /** Takes a part of the ids in and inserts the same rows barely; each goes first in turn, so that none has the warmer cache. */
  async turn(from: number): Promise<void> {
    const { ids, bare } = this.#order
    const lines = linesOf(from, this.#order)
    const isWarm = from >= ids * WARM
    const real = new Tally()
    const works = [
      () => this.#takeIn(real, lines),
      ...bare.map(
        (kind) => () => this.#insertBare((isWarm ? this.#bare.get(kind) : undefined) ?? new Tally(), kind, lines),
      ),
    ]
    const first = (from / A_TURN) % works.length
    for (const work of [...works.slice(first), ...works.slice(0, first)]) await work()
    if (from >= ids * WINDOW * 0.5 && from < ids * WINDOW * 1.5) this.#early.add(real)
    if (from >= ids * (1 - WINDOW)) this.#late.add(real)
    if (isWarm) this.#warm.add(real)
    const [done, tenth] = [from + lines.length, Math.ceil(ids / 10)]
    if (Math.floor(done / tenth) > Math.floor(from / tenth))
      console.error(`${this.#db.kind}: ${done} of ${ids}, ${real.cpuRate} a second of processor time`)
  }

  async #takeIn(tally: Tally, lines: readonly Buffer[]): Promise<void> {
    for (const loop of this.#loops) loop.start()
    await tally.time(lines.length, this.#cpuMs, () => takeIn(this.#db, lines, this.#order))
    for (const loop of this.#loops) loop.stop()
  }

  /** The rows are made when it is their turn, so that they lie in nobody else's memory. */
  async #insertBare(tally: Tally, kind: BareKind, lines: readonly Buffer[]): Promise<void> {
    const batches = batchesOf(lines)
    await tally.time(lines.length, this.#cpuMs, async () => {
      for (const rows of batches) await insertBare(this.#session, kind, rows)
    })
  }

  async figures(): Promise<IntakeFigures> {
    const [own, idle] = this.#loops
    return {
      store: this.#db.kind,
      ids: this.#order.ids,
      detects: this.#order.detects,
      batch: ITEMS_A_BATCH,
      realPerSecond: this.#late.rate,
      realPerCpuSecond: this.#late.cpuRate,
      bare: Object.fromEntries([...this.#bare].map(([kind, tally]) => [kind, comparison(this.#warm, tally)])),
      ratioToTenth: ratio(this.#late.rate, this.#early.rate),
      cpuRatioToTenth: ratio(this.#late.cpuRate, this.#early.cpuRate),
      loopDelay: own.figures(),
      idleLoopDelay: await idle.figures(),
    }
  }
}

async function measure(db: Db, order: Order): Promise<IntakeFigures> {
  await ensurePartitions(db, Date.UTC(2023, 0), Date.UTC(2025, 0, 31))
  for (const kind of order.bare) await createBareTables(db, kind)
  const session = await openBareSession(db)
  const measurement = new Measurement(db, order, { session, cpuMs: await cpuClock(db) })
  for (let from = 0; from < order.ids; from += A_TURN) await measurement.turn(from)
  await session.close()
  return measurement.figures()
}

function comparison(real: Tally, bare: Tally): BareComparison {
  return {
    perSecond: bare.rate,
    ratio: ratio(real.rate, bare.rate),
    perCpuSecond: bare.cpuRate,
    cpuRatio: ratio(real.cpuRate, bare.cpuRate),
  }
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
    check: { type: 'boolean', default: false },
  },
})
const bare = BARE_KINDS.filter((kind) => values.bare === kind || values.bare === 'both')
const order: Order = { ids: Number(values.ids), detects: values.detect !== 'no', bare }
if (!(order.ids >= 100_000) || (bare.length === 0 && values.bare !== 'none')) {
  console.error(USAGE)
  process.exit(2)
}

/** Measures a store; to check it, again up to twice, since whatever else the machine does makes figures worse and hardly ever better. */
async function measured(
  measureOnce: () => Promise<IntakeFigures>,
): Promise<{ figures: IntakeFigures; short: string[] }> {
  for (let attempt = 1; ; attempt += 1) {
    const figures = await measureOnce()
    const short = values.check ? intakeShortfalls(figures) : []
    if (short.length === 0 || attempt === ATTEMPTS) return { figures, short }
    console.error(`${short.join('; ')}; once more`)
  }
}

const runs: { figures: IntakeFigures; short: string[] }[] = []
if (values.store !== 'postgresql') runs.push(await measured(() => withEmbedded((db) => measure(db, order))))
if (values.store !== 'embedded') runs.push(await measured(() => withPostgres((db) => measure(db, order))))
const results = runs.map(({ figures }) => figures)
for (const result of results) console.dir(result, { depth: 4 })
for (const words of runs.flatMap(({ short }) => short)) console.error(words)
console.log(JSON.stringify({ bench: 'ingest', results }))
if (runs.some(({ short }) => short.length > 0)) process.exitCode = 1
