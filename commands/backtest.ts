import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import type { BacktestFormat } from './backtest/backtest-format.ts'
import { replay } from './backtest/replay.ts'
import { series } from './backtest/series.ts'

// npm run -s backtest -- --format replay < events.jsonl      what the detectors would have said; each line is answered before the next is read
// npm run -s backtest -- --format series < rows.csv          how unusual each value is, in the same lock step

const FORMATS: Readonly<Record<string, BacktestFormat>> = {
  replay,
  series,
}

const USAGE = `usage: npm run -s backtest -- --format ${Object.keys(FORMATS).join('|')} < lines`

function formatOf(args: readonly string[]): BacktestFormat | null {
  try {
    const { values } = parseArgs({ args: [...args], options: { format: { type: 'string' } } })
    return FORMATS[values.format ?? ''] ?? null
  } catch {
    return null
  }
}

const format = formatOf(process.argv.slice(2))
if (format === null) {
  console.error(USAGE)
  process.exit(2)
}
const answer = format()
let number = 0
try {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1
    const answers = line.trim() === '' ? [] : answer(line)
    if (answers.length > 0) process.stdout.write(`${answers.join('\n')}\n`)
  }
} catch (error) {
  console.error(`line ${number}: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
