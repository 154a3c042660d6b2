import { stripVTControlCharacters } from 'node:util'
import { z } from 'zod'

/** What a runner's JSON report says: how many tests passed and failed, and each failed one with where it stands and why. */
export interface TestReport {
  readonly passed: number
  readonly failed: number
  readonly failures: readonly TestFailure[]
}

interface TestFailure {
  /** File and names, outermost first: `lib/x.test.ts › a thing › does it`; the file stands as the runner wrote it. */
  readonly test: string
  /** The first lines of the message, without colours. */
  readonly message: string
}

/** Enough to see an assertion and the line it stands on; the whole of it is further up in the output. */
const LINES_OF_MESSAGE = 14

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
})

interface PlaywrightSuite {
  readonly title: string
  readonly suites: readonly PlaywrightSuite[]
  readonly specs: readonly z.infer<typeof playwrightSpec>[]
}
const playwrightSpec = z.object({
  title: z.string(),
  tests: z.array(
    z.object({
      projectName: z.string(),
      status: z.string(),
      // Of what was thrown and is no Error there is a value instead.
      results: z.array(z.object({ error: z.object({ message: z.string().optional() }).optional() })),
    }),
  ),
})
const playwrightSuite: z.ZodType<PlaywrightSuite> = z.lazy(() =>
  z.object({
    title: z.string(),
    suites: z.array(playwrightSuite).default([]),
    specs: z.array(playwrightSpec).default([]),
  }),
)
const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
  suites: z.array(playwrightSuite),
})

/** Frames of the runner and of promises say nothing of the fault. */
const FOREIGN_FRAME = /^\s+at (?:.*(?:\/node_modules\/|node:internal)|new Promise)/

function shorten(message: string): string {
  return stripVTControlCharacters(message)
    .trim()
    .split('\n')
    .filter((line) => !FOREIGN_FRAME.test(line))
    .slice(0, LINES_OF_MESSAGE)
    .join('\n')
}

/** Reads what `vitest --reporter=json` wrote. Throws a ZodError when it is something else. */
export function readVitestReport(json: unknown): TestReport {
  const report = vitestReport.parse(json)
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failedTests = assertionResults.filter((result) => result.status === 'failed')
    // A file that cannot be loaded, or whose hook fails, has no failed test of its own.
    if (failedTests.length === 0) return status === 'failed' ? [{ test: name, message: shorten(message) }] : []
    return failedTests.map(({ ancestorTitles, title, failureMessages }) => ({
      test: [name, ...ancestorTitles, title].join(' › '),
      message: shorten((failureMessages ?? []).join('\n')),
    }))
  })
  return { passed: report.numPassedTests, failed: Math.max(report.numFailedTests, failures.length), failures }
}

function failuresOf(suite: PlaywrightSuite, above: readonly string[]): TestFailure[] {
  const path = [...above, suite.title]
  return [
    ...suite.specs.flatMap(({ title, tests }) =>
      tests
        // A journey that passes only at the second try is not known to hold.
        .filter(({ status }) => status === 'unexpected' || status === 'flaky')
        .map(({ projectName, results }) => ({
          test: [`[${projectName}] ${path.join(' › ')}`, title].join(' › '),
          message: shorten(results.flatMap(({ error }) => error?.message ?? []).join('\n')),
        })),
    ),
    ...suite.suites.flatMap((inner) => failuresOf(inner, path)),
  ]
}

/** Reads what Playwright's JSON reporter wrote. Throws a ZodError when it is something else. */
export function readPlaywrightReport(json: unknown): TestReport {
  const { stats, suites } = playwrightReport.parse(json)
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    failures: suites.flatMap((suite) => failuresOf(suite, [])),
  }
}
