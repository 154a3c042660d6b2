import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfNeeded } from './build-if-needed.ts'
import { type TestReport, readPlaywrightReport, readVitestReport } from './test-report.ts'

/**
 * `npm test`: everything that must hold, in the order in which a fault is found soonest. A step that fails does not stop the next,
 * so that one run tells all; the last line counts tests over all steps.
 */
const OUT = '.spillway/test'
const bin = (name: string): string => join('node_modules', '.bin', name)

interface Step {
  readonly name: string
  readonly command: readonly string[]
  /** Where the runner writes its counts; without one the step counts as one test. */
  readonly report?: { readonly file: string; readonly kind: 'vitest' | 'playwright' }
  readonly env?: Record<string, string>
}

/** With `workers` so many files at the same time instead of one a processor but one: for tests that wait more than they work. */
const vitest = (project: string, { workers }: { readonly workers?: number } = {}): Step => ({
  name: `vitest ${project}`,
  command: [
    bin('vitest'),
    'run',
    ...(workers === undefined ? [] : [`--maxWorkers=${workers}`]),
    '--project',
    project,
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${OUT}/${project}.json`,
  ],
  report: { file: `${OUT}/${project}.json`, kind: 'vitest' },
})

const chaosOf = (...ids: readonly string[]): readonly string[] => ids.flatMap((id) => ['--scenario', id])

const STEPS: readonly Step[] = [
  { name: 'check', command: ['commands/check.ts', '--no-unit'] },
  vitest('unit', { workers: 3 }),
  vitest('store', { workers: 3 }),
  vitest('world', { workers: 2 }),
  // The same ratios at a tenth and less of the sizes at which they were judged, which take hours.
  { name: 'measures intake', command: ['commands/bench-ingest.ts', '--ids', '100000', '--bare', 'values', '--check'] },
  { name: 'measures pages', command: ['commands/bench-pages.ts', '--ids', '200000', '--check'] },
  {
    name: 'measures redrive',
    command: [
      'commands/bench-redrive.ts',
      '--only',
      'speed,rate,memory',
      '--latency',
      '20',
      '--calls',
      '4',
      '--pairs',
      '3',
      '--memory',
      '30000',
      '--check',
    ],
  },
  { name: 'weight', command: ['commands/weight.ts'] },
  {
    name: 'journeys',
    command: [bin('playwright'), 'test', '--reporter=list,json'],
    report: { file: `${OUT}/journeys.json`, kind: 'playwright' },
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: `${OUT}/journeys.json` },
  },
  // As many runs as the scenario with the most boundaries has; they wait more than they work.
  {
    name: 'chaos',
    command: [
      'commands/test-chaos.ts',
      ...chaosOf('redrive', 'outbox', 'poll'),
      '--seed',
      '1',
      '--runs',
      '14',
      '--parallel',
      '4',
    ],
  },
  // Ten boundaries in each of the four; a run waits more than it works.
  {
    name: 'ledger',
    command: [
      'commands/test-chaos.ts',
      ...chaosOf('redrive-standard-dlq', 'redrive-standard-in-place', 'redrive-fifo-dlq', 'redrive-fifo-in-place'),
      '--seed',
      '4',
      '--runs',
      '10',
      '--parallel',
      '8',
    ],
  },
]

/** What a step came to. Without a readable report a step is one test, and a step whose runner failed has at least one failure. */
function readResult(step: Step, isGood: boolean): TestReport {
  const unread = { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, failures: [] }
  if (step.report === undefined) return unread
  try {
    const json: unknown = JSON.parse(readFileSync(step.report.file, 'utf8'))
    const report = step.report.kind === 'vitest' ? readVitestReport(json) : readPlaywrightReport(json)
    return { ...report, failed: Math.max(report.failed, isGood ? 0 : 1) }
  } catch {
    return { passed: 0, failed: 1, failures: [] }
  }
}

function runStep(step: Step): TestReport {
  const startedMs = Date.now()
  console.log(`\n== ${step.name}`)
  const flags =
    step.command[0]?.endsWith('.ts') === true
      ? ['--conditions=react-server', '--disable-warning=ExperimentalWarning']
      : []
  const result = spawnSync(process.execPath, [...flags, ...step.command], {
    stdio: 'inherit',
    env: { ...process.env, ...step.env },
  })
  const isGood = result.status === 0
  console.log(`== ${step.name}: ${isGood ? 'passed' : 'FAILED'} in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`)
  return readResult(step, isGood)
}

const only = process.argv.slice(2)
rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
let passed = 0
let failed = 0
/** Said again at the end: of a long output often only that is kept. */
const failures: string[] = []
for (const step of STEPS.filter(({ name }) => only.length === 0 || only.some((wanted) => name.includes(wanted)))) {
  if (step.name === 'weight' || step.name === 'journeys' || step.name === 'chaos') buildIfNeeded()
  const result = runStep(step)
  passed += result.passed
  failed += result.failed
  if (result.failed > 0) {
    failures.push(`Failed: ${step.name}`, ...result.failures.map(({ test, message }) => `  ${test}\n${message}\n`))
  }
}
if (failures.length > 0) console.log(`\n${failures.join('\n')}`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
