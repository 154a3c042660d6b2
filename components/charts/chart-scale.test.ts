import { expect, test } from 'vitest'
import { chartScale, formatValue, isFailure, percentOf, stepOf } from './chart-scale.ts'

const series = (unit: string, points: readonly (readonly [number, number | null])[]) => ({
  id: 'x',
  label: 'x',
  unit,
  points,
})

test('counts start at zero and end at a round figure above the most', () => {
  const scale = chartScale(
    {
      series: [
        series('messages', [
          [1, 37],
          [2, null],
          [3, 5],
        ]),
      ],
    },
    0,
    10,
  )
  expect(scale).toMatchObject({ top: 40, isAge: false, yTicks: [0, 10, 20, 30, 40] })
})

test('what lies outside the range does not stretch the axis', () => {
  expect(
    chartScale(
      {
        series: [
          series('messages', [
            [1, 900],
            [8, 3],
          ]),
        ],
      },
      5,
      10,
    ).top,
  ).toBe(3)
})

test('ages read as durations', () => {
  const scale = chartScale({ series: [series('seconds', [[1, 2280]])] }, 0, 10)
  expect(scale.isAge).toBe(true)
  expect(formatValue(2280, scale.isAge)).toBe('38 min')
  expect(formatValue(null, true)).toBe('—')
})

test('a moment stands in its place between the edges', () => {
  expect(percentOf({ fromMs: 100, toMs: 300 }, 150)).toBe(25)
})

test('a bar is as wide as the points are apart, a hole of missing points notwithstanding', () => {
  expect(
    stepOf(
      series('x', [
        [0, 1],
        [60, 1],
        [300, 1],
      ]),
    ),
  ).toBe(60)
})

test('failed, bounced and complained are failures', () => {
  expect(['failed', 'bounced', 'complaints', 'delivered'].map((id) => isFailure({ id }))).toEqual([
    true,
    true,
    true,
    false,
  ])
})
