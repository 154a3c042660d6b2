import { parseArgs } from 'node:util'

export const IMPORT_USAGE = 'usage: npm run import -- <file.jsonl | -> [--format jsonl] [--dry-run]'

export interface ImportOrder {
  /** Path of the file; `-` for standard input. */
  readonly file: string
  /** Reads and counts without storing anything. */
  readonly isDryRun: boolean
}

/** Reads the command line; a wrong one comes back with what is wrong. */
export function parseImportArguments(args: readonly string[]): ImportOrder | { readonly problem: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { format: { type: 'string', default: 'jsonl' }, 'dry-run': { type: 'boolean', default: false } },
    })
    const [file, ...others] = positionals
    if (values.format !== 'jsonl') return { problem: `--format: ${values.format} is not known; only jsonl is.` }
    if (file === undefined || others.length > 0) return { problem: 'Name one file, or - for standard input.' }
    return { file, isDryRun: values['dry-run'] }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
