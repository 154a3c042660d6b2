import { describe, expect, test } from 'vitest'
import { parseBenchNabArguments } from './bench-nab-arguments.ts'

describe('the command line of the benchmark', () => {
  test('names the scoring program and the corpus', () => {
    expect(parseBenchNabArguments(['--score', 'score.mjs', '--nab', 'corpus'])).toEqual({
      score: 'score.mjs',
      nab: 'corpus',
    })
  })

  test.each([
    [['--nab', 'corpus'], '--score'],
    [['--score', 'score.mjs'], '--nab'],
    [['--score', 'score.mjs', '--nab', 'corpus', '--fast'], '--fast'],
    [['score.mjs'], 'score.mjs'],
  ])('says what is wrong with %j', (args, problem) => {
    const parsed = parseBenchNabArguments(args)
    expect('problem' in parsed ? parsed.problem : '').toContain(problem)
  })
})
