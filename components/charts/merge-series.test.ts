import { expect, test } from 'vitest'
import { mergeSeries, valueAt } from './merge-series.ts'

const series = (id: string, points: readonly (readonly [number, number | null])[]) => ({
  id,
  label: id,
  unit: '',
  points,
})

test('a line runs straight through the moments of another, and a hole stays a hole', () => {
  const merged = mergeSeries([
    series('a', [
      [0, 0],
      [10, 10],
      [20, null],
      [30, 5],
    ]),
    series('b', [
      [5, 1],
      [25, 2],
    ]),
  ])
  expect(merged).toEqual([
    { atMs: 0, a: 0, b: null },
    { atMs: 5, a: 5, b: 1 },
    { atMs: 10, a: 10, b: 1.25 },
    { atMs: 20, a: null, b: 1.75 },
    { atMs: 25, a: null, b: 2 },
    { atMs: 30, a: 5, b: null },
  ])
})

test('under the crosshair stands what was told last', () => {
  const points = [
    [10, 4],
    [20, null],
  ] as const
  expect([5, 10, 19, 20, 99].map((atMs) => valueAt(points, atMs))).toEqual([null, 4, 4, null, null])
})
