import { expect, test } from 'vitest'
import { parseBenchDetectArguments, seedsOfCommit } from './bench-detect-arguments.ts'

test('without seeds the order leaves them to the commit', () => {
  expect(parseBenchDetectArguments(['--replay', 'x.mjs'])).toEqual({
    replay: 'x.mjs',
    seeds: null,
    scenarios: 'quiet,mixed,storm',
  })
})

test('a range of seeds and one seed are understood', () => {
  expect(parseBenchDetectArguments(['--replay', 'x', '--seeds', '3-9'])).toMatchObject({ seeds: { first: 3, last: 9 } })
  expect(parseBenchDetectArguments(['--replay', 'x', '--seeds', '3'])).toMatchObject({ seeds: { first: 3, last: 3 } })
})

test.each([
  [[], /--replay is missing/],
  [['--replay', 'x', '--seeds', '9-3'], /9-3 is no range/],
  [['--replay', 'x', '--seeds', 'some'], /some is no range/],
  [['--other'], /--other/],
])('%j is refused with what is wrong', (args, words) => {
  const order = parseBenchDetectArguments(args)
  expect('problem' in order ? order.problem : '').toMatch(words)
})

test('the seeds of a commit are twenty, the same each time, and others for another commit', () => {
  const seeds = seedsOfCommit('083f371')
  expect(seeds.last - seeds.first).toBe(19)
  expect(seedsOfCommit('083f371')).toEqual(seeds)
  expect(seedsOfCommit('083f372')).not.toEqual(seeds)
})
