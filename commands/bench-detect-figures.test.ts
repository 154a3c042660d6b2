import { expect, test } from 'vitest'
import { figuresOf, isWithinLeast, wordsOf } from './bench-detect-figures.ts'

const total = { incidents: 20, detected: 20, limitDetected: 20, meanMinutes: 52, limitMeanMinutes: 50, ratio: 1.04 }
const good = { quietDays: 300, falseAlarms: 6, falsePer30Days: 0.6, kinds: { total } }

test('figures within all targets are said to be so', () => {
  const figures = figuresOf(good)
  expect(figures.isWithinTargets).toBe(true)
  expect(isWithinLeast(figures)).toBe(true)
  expect(wordsOf(figures).at(-1)).toBe('within all targets')
})

test.each([
  { name: 'a ratio between target and least', change: { kinds: { total: { ...total, ratio: 1.08 } } }, least: true },
  { name: 'a ratio beyond the least', change: { kinds: { total: { ...total, ratio: 1.2 } } }, least: false },
  { name: 'too many false incidents', change: { falsePer30Days: 1.01 }, least: false },
  { name: 'one in twenty missed', change: { kinds: { total: { ...total, detected: 19 } } }, least: false },
])('$name: within the least is $least', ({ change, least }) => {
  const figures = figuresOf({ ...good, ...change })
  expect(figures.isWithinTargets).toBe(false)
  expect(isWithinLeast(figures)).toBe(least)
})
