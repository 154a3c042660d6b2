import { describe, expect, test } from 'vitest'
import { parseImportArguments } from './import-arguments.ts'

describe('the command line of npm run import', () => {
  test.each([
    { args: ['a.jsonl'], order: { file: 'a.jsonl', format: 'auto', from: 1, isDryRun: false } },
    { args: ['-', '--dry-run'], order: { file: '-', format: 'auto', from: 1, isDryRun: true } },
    { args: ['--format', 'json', 'a.csv'], order: { file: 'a.csv', format: 'json', from: 1, isDryRun: false } },
    { args: ['a.CSV', '--from', '3001'], order: { file: 'a.CSV', format: 'csv', from: 3001, isDryRun: false } },
  ])('$args', ({ args, order }) => {
    expect(parseImportArguments(args)).toEqual(order)
  })

  test.each([
    { args: [], words: 'Name one file' },
    { args: ['a', 'b'], words: 'Name one file' },
    { args: ['a', '--format', 'xml'], words: '--format: xml is not known; auto, jsonl, json, csv are.' },
    { args: ['a', '--from', '0'], words: '--from: 0' },
    { args: ['a', '--from', 'x'], words: '--from: x' },
    { args: ['a', '--fast'], words: '--fast' },
  ])('refuses $args and says why', ({ args, words }) => {
    const order = parseImportArguments(args)
    expect('problem' in order ? order.problem : '').toContain(words)
  })
})
