import { expect, test } from 'vitest'
import { judgeFirings } from './judge-firings.ts'

const incident = (name: string, sinceMs: number, toMs: number | null) => ({ name, title: name, sinceMs, toMs })

test('a firing that overlaps an incident finds it, and one that overlaps none is needless', () => {
  const recorded = [incident('INC-1', 100, 200), incident('INC-2', 300, 400), incident('INC-3', 900, null)]
  const firings = [
    { sinceMs: 10, toMs: 50 },
    { sinceMs: 150, toMs: 160 },
    { sinceMs: 190, toMs: 250 },
    { sinceMs: 950, toMs: null },
  ]
  const judged = judgeFirings(firings, recorded)
  expect(judged.firings.map((firing) => firing.incident)).toEqual([null, 'INC-1', 'INC-1', 'INC-3'])
  expect(judged.found.map(({ name }) => name)).toEqual(['INC-1', 'INC-3'])
  expect(judged.missed.map(({ name }) => name)).toEqual(['INC-2'])
  expect(judged.needless).toBe(1)
})

test('without a firing every incident is missed', () => {
  expect(judgeFirings([], [incident('INC-1', 1, 2)])).toMatchObject({
    found: [],
    missed: [{ name: 'INC-1' }],
    needless: 0,
  })
})
