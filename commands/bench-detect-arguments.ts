import { createHash } from 'node:crypto'
import { parseArgs } from 'node:util'

export const BENCH_DETECT_USAGE =
  'usage: npm run bench:detect -- --replay <path of replay.mjs> [--seeds <first>-<last>] [--scenarios quiet,mixed,storm]'

export interface BenchDetectOrder {
  readonly replay: string
  /** First and last seed; null for those that follow from the commit of the parameters. */
  readonly seeds: SeedRange | null
  readonly scenarios: string
}

export interface SeedRange {
  readonly first: number
  readonly last: number
}

/** Reads the command line; a wrong one comes back with what is wrong. */
export function parseBenchDetectArguments(args: readonly string[]): BenchDetectOrder | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        replay: { type: 'string' },
        seeds: { type: 'string' },
        scenarios: { type: 'string', default: 'quiet,mixed,storm' },
      },
    })
    if (values.replay === undefined) return { problem: '--replay is missing: the path of replay.mjs' }
    const seeds = values.seeds === undefined ? null : rangeOf(values.seeds)
    if (seeds === undefined) return { problem: `--seeds ${values.seeds} is no range such as 1-20` }
    return { replay: values.replay, seeds, scenarios: values.scenarios }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

function rangeOf(text: string): SeedRange | undefined {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text)
  if (match === null) return undefined
  const first = Number(match[1])
  const last = Number(match[2] ?? match[1])
  return last < first ? undefined : { first, last }
}

/** Twenty seeds in a row that follow from a commit: whoever chose the parameters could not know them. */
export function seedsOfCommit(hash: string): SeedRange {
  const first = 1000 + (createHash('sha256').update(hash).digest().readUInt32BE(0) % 1_000_000_000)
  return { first, last: first + 19 }
}
