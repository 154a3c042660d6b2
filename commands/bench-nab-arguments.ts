import { parseArgs } from 'node:util'

export const BENCH_NAB_USAGE =
  'usage: npm run bench:nab -- --score <nab-score.mjs> --nab <folder with data/ and labels/>'

export interface BenchNabOrder {
  /** Path of the scoring program. */
  readonly score: string
  /** Folder of the corpus. */
  readonly nab: string
}

/** Reads the command line; a wrong one comes back with what is wrong. */
export function parseBenchNabArguments(args: readonly string[]): BenchNabOrder | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { score: { type: 'string' }, nab: { type: 'string' } },
    })
    if (values.score === undefined) return { problem: '--score: name the scoring program.' }
    if (values.nab === undefined) return { problem: '--nab: name the folder of the corpus.' }
    return { score: values.score, nab: values.nab }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
