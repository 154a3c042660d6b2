import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { series } from './backtest/series.ts'
import { BENCH_NAB_USAGE, parseBenchNabArguments, type BenchNabOrder } from './bench-nab-arguments.ts'
import { NAB_REPORT, nabFigures, type NabReport } from './bench-nab-figures.ts'
import { ALARM_SCORE } from '#lib/detect/metric-scorer.ts'

// npm run bench:nab -- --score nab-score.mjs --nab nab-data      scores the metric scorer in lock step; the last line is JSON, ratios of 1 or less are met

const run = promisify(execFile)
const BACKTEST = join(import.meta.dirname, 'backtest.ts')
const PASSES = 3
/** The scoring program prints one line a file or less. */
const MAX_OUTPUT_BYTES = 10_000_000

const WINDOWS = z.record(z.string(), z.array(z.array(z.string())))

async function program(score: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [score, ...args], { maxBuffer: MAX_OUTPUT_BYTES })
  return stdout
}

async function reportOf(score: string, nab: string, results: string): Promise<NabReport> {
  const fixed = ['--threshold', String(ALARM_SCORE), '--json']
  return NAB_REPORT.parse(JSON.parse(await program(score, 'score', '--nab', nab, '--results', results, ...fixed)))
}

/** A corpus of every second file by path, from the first (0) or the second (1) on: the same data with fewer labels. */
function halfOf(nab: string, folder: string, from: 0 | 1): string {
  const windows = WINDOWS.parse(JSON.parse(readFileSync(join(nab, 'labels', 'combined_windows.json'), 'utf8')))
  const files = Object.keys(windows).sort()
  const half = files.filter((_, index) => index % 2 === from).map((file) => [file, windows[file]])
  mkdirSync(join(folder, 'labels'), { recursive: true })
  symlinkSync(join(nab, 'data'), join(folder, 'data'))
  writeFileSync(join(folder, 'labels', 'combined_windows.json'), JSON.stringify(Object.fromEntries(half)))
  return folder
}

interface Pace {
  readonly points: number
  /** Processor time of the cheapest of some passes over all files, reading of rows and all threads of the process included. */
  readonly microsecondsAPoint: number
  /** By the clock on the wall, which also counts what else the machine does. */
  readonly wallMicrosecondsAPoint: number
}

/** The lock-step run pays for a pipe and two processes; this is the scorer alone. Checks that it gives the very scores of that run. */
function paceInProcess(nab: string, results: string): Pace {
  const windows = WINDOWS.parse(JSON.parse(readFileSync(join(nab, 'labels', 'combined_windows.json'), 'utf8')))
  const files = Object.keys(windows).map((file) => ({
    file,
    rows: readFileSync(join(nab, 'data', file), 'utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1),
  }))
  const points = files.reduce((sum, { rows }) => sum + rows.length, 0)
  let [cheapest, fastest] = [Infinity, Infinity]
  for (let pass = 0; pass < PASSES; pass += 1) {
    const [startedMs, used] = [performance.now(), process.cpuUsage()]
    const scores = files.map(({ rows }) => rows.map(scorer()))
    const { user, system } = process.cpuUsage(used)
    cheapest = Math.min(cheapest, (user + system) / points)
    fastest = Math.min(fastest, ((performance.now() - startedMs) * 1000) / points)
    if (pass === 0) files.forEach(({ file }, index) => compare(join(results, file), scores[index] ?? []))
  }
  return { points, microsecondsAPoint: cheapest, wallMicrosecondsAPoint: Math.round(fastest * 100) / 100 }
}

function scorer(): (row: string) => string {
  const answer = series()
  return (row) => answer(row)[0] ?? ''
}

function compare(path: string, scores: readonly string[]): void {
  const written = readFileSync(path, 'utf8').trim().split('\n').slice(1)
  const differs = written.findIndex((line, index) => Number(line.split(',')[2]) !== Number(scores[index]))
  if (differs >= 0 || written.length !== scores.length)
    throw new Error(`${path}: row ${differs + 1} in lock step differs from the same row in process.`)
}

async function bench({ score, nab }: BenchNabOrder): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-nab-'))
  try {
    const results = join(folder, 'scores')
    const command = [process.execPath, BACKTEST, '--format', 'series']
    console.log((await program(score, 'run', '--nab', nab, '--out', results, '--', ...command)).trim())
    console.log(
      (await program(score, 'score', '--nab', nab, '--results', results, '--threshold', String(ALARM_SCORE))).trim(),
    )
    const all = await reportOf(score, nab, results)
    const odd = await reportOf(score, halfOf(nab, join(folder, 'odd'), 0), results)
    const even = await reportOf(score, halfOf(nab, join(folder, 'even'), 1), results)
    const { points, microsecondsAPoint, wallMicrosecondsAPoint } = paceInProcess(nab, results)
    const figures = nabFigures({ all, odd, even, microsecondsAPoint })
    console.log(JSON.stringify({ threshold: ALARM_SCORE, points, wallMicrosecondsAPoint, ...figures }))
    return figures.isLeastMet
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const order = parseBenchNabArguments(process.argv.slice(2))
if ('problem' in order) {
  console.error(`${order.problem}\n${BENCH_NAB_USAGE}`)
  process.exit(2)
}
process.exitCode = (await bench({ score: resolve(order.score), nab: resolve(order.nab) })) ? 0 : 1
