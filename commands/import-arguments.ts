import { extname } from 'node:path'
import { parseArgs } from 'node:util'
import { IMPORT_FORMATS, type ImportFormat } from '#lib/ingest/read-file.ts'

export const IMPORT_USAGE =
  'usage: npm run import -- <file | -> [--format auto|jsonl|json|csv] [--from <line or item>] [--dry-run]'

export interface ImportOrder {
  /** Path of the file; `-` for standard input. */
  readonly file: string
  /** As given; else by the file's name: `.csv`, or JSON of either kind. */
  readonly format: ImportFormat
  /** Line or item at which to begin, from 1. */
  readonly from: number
  /** Reads and counts without storing anything. */
  readonly isDryRun: boolean
}

/** Reads the command line; a wrong one comes back with what is wrong. */
export function parseImportArguments(args: readonly string[]): ImportOrder | { readonly problem: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        format: { type: 'string', default: 'auto' },
        from: { type: 'string', default: '1' },
        'dry-run': { type: 'boolean', default: false },
      },
    })
    const [file, ...others] = positionals
    const format = IMPORT_FORMATS.find((one) => one === values.format)
    if (format === undefined)
      return { problem: `--format: ${values.format} is not known; ${IMPORT_FORMATS.join(', ')} are.` }
    if (!/^[1-9]\d{0,14}$/.test(values.from))
      return { problem: `--from: ${values.from} is not a line or an item, from 1.` }
    if (file === undefined || others.length > 0) return { problem: 'Name one file, or - for standard input.' }
    return { file, format: formatOf(file, format), from: Number(values.from), isDryRun: values['dry-run'] }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

function formatOf(file: string, format: ImportFormat): ImportFormat {
  return format === 'auto' && extname(file).toLowerCase() === '.csv' ? 'csv' : format
}
