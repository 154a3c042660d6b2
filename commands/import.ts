import { createReadStream, existsSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { IMPORT_USAGE, parseImportArguments, type ImportOrder } from './import-arguments.ts'
import { progressLine } from './import-progress.ts'
import { getSettings } from '#lib/config/load-settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import { importOutcomes, type ImportCounts } from '#lib/ingest/import-outcomes.ts'
import { outcomeParsing } from '#lib/ingest/outcome-parsing.ts'
import { storeReadings } from '#lib/ingest/store-readings.ts'
import { closeLive } from '#lib/live/bus.ts'
import { closeDb } from '#lib/store/db.ts'

// npm run import -- outcomes.jsonl       takes in e-mail outcomes as history; "-" reads standard input
// npm run import -- history.csv          the same from a table whose first line names the columns

const TOLD_EVERY_MS = 1_000
const MOST_PROBLEMS_TOLD = 10
const isTerminal = process.stderr.isTTY

/** What the run has come to, for whoever it ends with. */
let latest: ImportCounts | null = null

async function run({ file, format, from, isDryRun }: ImportOrder, signal: AbortSignal): Promise<ImportCounts> {
  const stat = file === '-' ? null : statSync(file)
  const startedMs = Date.now()
  const input = new CountedBytes(file === '-' ? process.stdin : createReadStream(file))
  let toldMs = startedMs
  let problems = 0
  const tell = (read: number): void => {
    toldMs = Date.now()
    const line = progressLine({
      read,
      bytesRead: input.bytes,
      bytesTotal: stat?.size ?? null,
      elapsedMs: toldMs - startedMs,
    })
    process.stderr.write(isTerminal ? `\r${line}\u001B[K` : `${line}\n`)
  }
  const counts = await importOutcomes(input, {
    format,
    from,
    signal,
    parsing: outcomeParsing(getSettings(), stat?.mtimeMs ?? startedMs),
    name: file === '-' ? 'standard input' : basename(file),
    nowMs: () => Date.now(),
    store: isDryRun ? null : (readings) => storeReadings('email-outcomes', readings),
    onProgress: (sofar) => {
      latest = sofar
      if (Date.now() - toldMs >= TOLD_EVERY_MS) tell(sofar.read)
    },
    onProblem: (place, reason) => {
      problems += 1
      if (problems <= MOST_PROBLEMS_TOLD) console.error(`${isTerminal ? '\r\u001B[K' : ''}${place}: ${reason}`)
      if (problems === MOST_PROBLEMS_TOLD) console.error('further ones are kept in quarantine without being told here')
    },
  })
  if (isTerminal) {
    tell(counts.read)
    process.stderr.write('\n')
  }
  return counts
}

/** Chunks as they come, counted. */
class CountedBytes {
  bytes = 0
  readonly #chunks: AsyncIterable<Uint8Array>

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for await (const chunk of this.#chunks) {
      this.bytes += chunk.length
      yield chunk
    }
  }
}

function words({ read, added, duplicates, notUnderstood }: ImportCounts): string {
  return `${read} read: ${added} new, ${duplicates} duplicates, ${notUnderstood} not understood`
}

function dryRunWords({ read, notUnderstood }: ImportCounts): string {
  return `${read} read: ${read - notUnderstood} understood, ${notUnderstood} not understood; nothing was stored`
}

/** Where to go on after a run that did not come to the end; the same run again changes nothing either. */
function goOnWords({ from, isDryRun }: ImportOrder): string {
  if (isDryRun) return 'Nothing was stored.'
  const stored = latest?.lastNumber ?? from - 1
  return stored < from
    ? 'Nothing was stored yet. Run it again.'
    : `Stored up to ${stored}. Run it again as it was, or go on with --from ${stored + 1}.`
}

if (existsSync('.env')) process.loadEnvFile('.env')
const order = parseImportArguments(process.argv.slice(2))
if ('problem' in order) {
  console.error(`${order.problem}\n${IMPORT_USAGE}`)
  process.exit(2)
}
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
try {
  const counts = await run(order, stopping.signal)
  console.log(order.isDryRun ? dryRunWords(counts) : words(counts))
  if (stopping.signal.aborted) {
    console.error(goOnWords(order))
    process.exitCode = 130
  }
} catch (error) {
  const isFileError = error instanceof Error && 'syscall' in error && 'path' in error
  if (!(error instanceof AppError) && !isFileError) throw error
  console.error(`${error.message}\n${goOnWords(order)}`)
  process.exitCode = 1
} finally {
  await closeLive()
  await closeDb()
}
