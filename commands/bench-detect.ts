import { execFileSync, spawn } from 'node:child_process'
import {
  BENCH_DETECT_USAGE,
  parseBenchDetectArguments,
  seedsOfCommit,
  type SeedRange,
} from './bench-detect-arguments.ts'
import { figuresOf, isWithinLeast, wordsOf, type ReplaySummary } from './bench-detect-figures.ts'

// npm run bench:detect -- --replay PATH      how soon failing and missing e-mails are noticed, against the best delay possible

/** Files that hold what can be tuned. The last commit that touched one of them freezes them all. */
const PARAMETER_FILES = ['lib/detect/email-parameters.ts']

function git(...args: readonly string[]): string {
  return execFileSync('git', [...args], { encoding: 'utf8' }).trim()
}

/** The commit that froze the parameters; throws while one of the files has changes that no commit has. */
function freezingCommit(): string {
  const changed = git('status', '--porcelain', '--', ...PARAMETER_FILES)
  if (changed !== '') throw new Error(`not committed yet, so no seeds follow from it:\n${changed}`)
  return git('log', '-1', '--format=%H', '--', ...PARAMETER_FILES)
}

async function runSuite(replay: string, seeds: SeedRange, scenarios: string): Promise<ReplaySummary> {
  const range = `${seeds.first}-${seeds.last}`
  const suite = ['suite', '--seeds', range, '--scenarios', scenarios, '--json']
  const detector = ['npm', 'run', '-s', 'backtest', '--', '--format', 'replay']
  const child = spawn(process.execPath, [replay, ...suite, '--', ...detector], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`the replay ended with code ${String(code)}`)
  return summaryOf(text)
}

/** What the replay prints with --json; its shape is that program's contract. */
function summaryOf(text: string): ReplaySummary {
  return (JSON.parse(text) as { readonly summary: ReplaySummary }).summary
}

const order = parseBenchDetectArguments(process.argv.slice(2))
if ('problem' in order) {
  console.error(`${order.problem}\n${BENCH_DETECT_USAGE}`)
  process.exit(2)
}
try {
  const commit = order.seeds === null ? freezingCommit() : null
  const seeds = order.seeds ?? seedsOfCommit(commit ?? '')
  console.log(commit === null ? 'seeds as given' : `parameters frozen by commit ${commit}`)
  console.log(`seeds ${seeds.first}-${seeds.last}, scenarios ${order.scenarios}`)
  const figures = figuresOf(await runSuite(order.replay, seeds, order.scenarios))
  for (const line of wordsOf(figures)) console.log(line)
  console.log(JSON.stringify({ commit, seeds, scenarios: order.scenarios, ...figures }))
  process.exitCode = isWithinLeast(figures) ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
