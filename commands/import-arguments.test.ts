import { describe, expect, test } from 'vitest'
import { parseImportArguments } from './import-arguments.ts'

describe('the command line of npm run import', () => {
  test.each([
    { args: ['a.jsonl'], order: { file: 'a.jsonl', isDryRun: false } },
    { args: ['-', '--dry-run'], order: { file: '-', isDryRun: true } },
    { args: ['--format', 'jsonl', 'a.jsonl'], order: { file: 'a.jsonl', isDryRun: false } },
  ])('$args', ({ args, order }) => {
    expect(parseImportArguments(args)).toEqual(order)
  })

  test.each([
    { args: [], words: 'Name one file' },
    { args: ['a', 'b'], words: 'Name one file' },
    { args: ['a', '--format', 'csv'], words: '--format: csv' },
    { args: ['a', '--fast'], words: '--fast' },
  ])('refuses $args and says why', ({ args, words }) => {
    const order = parseImportArguments(args)
    expect('problem' in order ? order.problem : '').toContain(words)
  })
})
