import { describe, expect, test } from 'vitest'
import { readPlaywrightReport, readVitestReport } from './test-report.ts'

describe('readVitestReport', () => {
  const failedTest = {
    ancestorTitles: ['a thing'],
    title: 'does it',
    status: 'failed',
    failureMessages: [
      '\u001B[31mAssertionError: expected 1 to be 2\u001B[39m\n    at /home/lib/x.test.ts:2:51\n    at file:///home/node_modules/vitest/run.js:1:1\n    at new Promise (<anonymous>)',
    ],
  }
  const passedTest = { ancestorTitles: ['a thing'], title: 'is there', status: 'passed', failureMessages: [] }

  test('names each failed test with its file and its message, without colours and without the runner’s frames', () => {
    expect(
      readVitestReport({
        numPassedTests: 1,
        numFailedTests: 1,
        testResults: [
          { name: '/home/lib/x.test.ts', status: 'failed', message: '', assertionResults: [failedTest, passedTest] },
          { name: '/home/lib/y.test.ts', status: 'passed', message: '', assertionResults: [] },
        ],
      }),
    ).toEqual({
      passed: 1,
      failed: 1,
      failures: [
        {
          test: '/home/lib/x.test.ts › a thing › does it',
          message: 'AssertionError: expected 1 to be 2\n    at /home/lib/x.test.ts:2:51',
        },
      ],
    })
  })

  test('counts a file that cannot be loaded as a failure, though it has no test', () => {
    expect(
      readVitestReport({
        numPassedTests: 3,
        numFailedTests: 0,
        testResults: [
          { name: '/home/lib/x.test.ts', status: 'failed', message: 'Cannot find x', assertionResults: [] },
        ],
      }),
    ).toEqual({ passed: 3, failed: 1, failures: [{ test: '/home/lib/x.test.ts', message: 'Cannot find x' }] })
  })

  test('refuses what is no report', () => {
    expect(() => readVitestReport({ stats: {} })).toThrow(/numPassedTests/)
  })
})

const run = (status: string, message?: string) => ({
  projectName: 'embedded',
  status,
  results: [message === undefined ? {} : { error: { message } }],
})

describe('readPlaywrightReport', () => {
  test('finds the failed journeys in nested suites, and takes one that needed a second try for failed', () => {
    expect(
      readPlaywrightReport({
        stats: { expected: 1, unexpected: 1, flaky: 1 },
        suites: [
          {
            title: 'journeys/x.spec.ts',
            specs: [{ title: 'is good', tests: [run('expected')] }],
            suites: [
              {
                title: 'with data',
                specs: [
                  { title: 'is bad', tests: [run('unexpected', '\u001B[2mWaited in vain\u001B[22m')] },
                  { title: 'is flaky', tests: [run('flaky', 'once')] },
                ],
              },
            ],
          },
        ],
      }),
    ).toEqual({
      passed: 1,
      failed: 2,
      failures: [
        { test: '[embedded] journeys/x.spec.ts › with data › is bad', message: 'Waited in vain' },
        { test: '[embedded] journeys/x.spec.ts › with data › is flaky', message: 'once' },
      ],
    })
  })
})
