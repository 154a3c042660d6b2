import { createReadStream, existsSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { IMPORT_USAGE, parseImportArguments, type ImportOrder } from './import-arguments.ts'
import { importOutcomes, type ImportCounts } from '#lib/collect/import-outcomes.ts'
import { getSettings } from '#lib/config/load-settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import { outcomeParsing } from '#lib/ingest/outcome-parsing.ts'
import { storeReadings } from '#lib/ingest/store-readings.ts'
import { closeLive } from '#lib/live/bus.ts'
import { closeDb } from '#lib/store/db.ts'

// npm run import -- outcomes.jsonl       takes in e-mail outcomes as history, one History JSON a line; "-" reads standard input

const PROGRESS_MS = 1_000

async function run({ file, isDryRun }: ImportOrder): Promise<void> {
  const settings = getSettings()
  const startedMs = Date.now()
  let toldMs = startedMs
  const fileMs = file === '-' ? startedMs : statSync(file).mtimeMs
  const input = file === '-' ? process.stdin : createReadStream(file)
  const counts = await importOutcomes(createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }), {
    parsing: outcomeParsing(settings, fileMs),
    name: file === '-' ? 'standard input' : basename(file),
    nowMs: () => Date.now(),
    store: isDryRun ? null : (readings) => storeReadings('email-outcomes', readings),
    onProgress: ({ read }) => {
      if (Date.now() - toldMs < PROGRESS_MS) return
      toldMs = Date.now()
      console.error(`${read} read, ${Math.round(read / ((toldMs - startedMs) / 1000))} a second`)
    },
  })
  console.log(isDryRun ? dryRunWords(counts) : words(counts))
}

function words({ read, added, duplicates, notUnderstood }: ImportCounts): string {
  return `${read} read: ${added} new, ${duplicates} duplicates, ${notUnderstood} not understood`
}

function dryRunWords({ read, notUnderstood }: ImportCounts): string {
  return `${read} read: ${read - notUnderstood} understood, ${notUnderstood} not understood; nothing was stored`
}

if (existsSync('.env')) process.loadEnvFile('.env')
const order = parseImportArguments(process.argv.slice(2))
if ('problem' in order) {
  console.error(`${order.problem}\n${IMPORT_USAGE}`)
  process.exit(2)
}
try {
  await run(order)
} catch (error) {
  const isFileError = error instanceof Error && 'syscall' in error && 'path' in error
  if (!(error instanceof AppError) && !isFileError) throw error
  console.error(error.message)
  process.exitCode = 1
} finally {
  await closeLive()
  await closeDb()
}
