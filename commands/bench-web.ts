import { parseArgs } from 'node:util'
import { z } from 'zod'
import { createApp, type App } from '#e2e/app.ts'
import { until } from '#e2e/processes.ts'
import { startPostgres } from '#lib/testing/postgres-server.ts'
import { startWorld } from '#world/world.ts'
import { historyLine, type HistorySpan } from './bench/history-lines.ts'
import { IdleLoop } from './bench/idle-loop.ts'
import { PROBE_WORD } from './bench/loop-probe.ts'
import { buildIfNeeded } from './build-if-needed.ts'

/**
 * `npm run bench:web`: how late the event loop of the web process is (p99.9 and the longest, ms) while it takes outcomes in by HTTP, one body
 * after the other, with all its sources and detectors at work; beside it a thread that does nothing, which tells the machine's own
 * delays. The last line is JSON; `ratio` is p99.9 to the limit.
 */
const USAGE = 'usage: npm run bench:web -- [--store embedded|postgresql|both] [--ids 50000] [--batch 1000] [--check]'
const LIMIT_MS = 50
/** What is told is young, as it is where a service posts what becomes of its e-mails. */
const SPAN_MS = 3_600_000
const NOW_MS = Date.now()
const SPAN: HistorySpan = { fromMs: NOW_MS - SPAN_MS, toMs: NOW_MS - 60_000 }
const STORES = ['embedded', 'postgresql'] as const

const figuresSchema = z.object({ p999Ms: z.number(), maxMs: z.number() })
type Figures = z.output<typeof figuresSchema>

interface Order {
  readonly ids: number
  readonly batch: number
}

/** Begins a measurement, or ends it and gives its figures. */
async function signal(app: App, doesEnd: boolean): Promise<Figures | null> {
  const running = app.process()
  if (running === null) throw new Error('Spillway does not run')
  running.child.kill('SIGUSR2')
  if (!doesEnd) return null
  const line = await until('the figures of the web process', () =>
    running.lines.findLast((each) => each.startsWith(PROBE_WORD)),
  )
  return figuresSchema.parse(JSON.parse(line.slice(PROBE_WORD.length)))
}

/** Sends the outcomes `from` to `to` of `ids` and one batch before them. */
async function send(app: App, secret: string, { ids, batch }: Order, ...[first, to]: readonly [number, number]) {
  for (let from = first; from < to; from += batch) {
    const lines = Array.from({ length: Math.min(batch, to - from) }, (_, at) =>
      historyLine(from + at, ids + batch, SPAN),
    )
    const answer = await fetch(`${app.url}/api/ingest/outcomes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    })
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    const text = await answer.text()
    if (text.split('"accepted"').length - 1 !== lines.length)
      throw new Error(`not all were accepted: ${text.slice(0, 300)}`)
  }
}

async function measure(order: Order, databaseUrl: string | undefined) {
  const world = await startWorld({ past: false })
  const probe = new URL('./bench/loop-probe.ts', import.meta.url).href
  const env = { ...world.env, NODE_OPTIONS: `--import=${probe} --disable-warning=ExperimentalWarning` }
  const app = await createApp({ env, settings: world.settings, ...(databaseUrl === undefined ? {} : { databaseUrl }) })
  try {
    const secret = /Bearer (\S+)/.exec(await app.run('commands/token.ts', 'ingest', 'bench'))?.[1] ?? ''
    await app.start()
    // What a process does once (modules, prepared statements, partitions) is no delay of taking in.
    await send(app, secret, order, 0, order.batch)
    const idle = new IdleLoop()
    idle.start()
    await signal(app, false)
    const startedMs = performance.now()
    await send(app, secret, order, order.batch, order.batch + order.ids)
    const perSecond = Math.round(order.ids / ((performance.now() - startedMs) / 1000))
    const loopDelay = await signal(app, true)
    idle.stop()
    return { perSecond, loopDelay, idleLoopDelay: await idle.figures() }
  } finally {
    await app.dispose()
    await world.stop()
  }
}

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'both' },
    ids: { type: 'string', default: '50000' },
    batch: { type: 'string', default: '1000' },
    check: { type: 'boolean', default: false },
  },
})
const order: Order = { ids: Number(values.ids), batch: Number(values.batch) }
const stores = STORES.filter((store) => values.store === store || values.store === 'both')
if (!(order.ids >= 1_000) || !(order.batch >= 1) || stores.length === 0) {
  console.error(USAGE)
  process.exit(2)
}
buildIfNeeded()
const results = []
for (const store of stores) {
  const server = store === 'postgresql' ? await startPostgres() : null
  try {
    const figures = await measure(order, server?.url)
    results.push({ store, ...order, ...figures, ratio: (figures.loopDelay?.p999Ms ?? Infinity) / LIMIT_MS })
  } finally {
    await server?.stop()
  }
}
for (const result of results) console.dir(result, { depth: 4 })
console.log(JSON.stringify({ bench: 'web', limitMs: LIMIT_MS, results }))
process.exit(values.check && results.some(({ ratio }) => ratio > 1) ? 1 : 0)
