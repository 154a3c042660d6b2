import { expect, test } from 'vitest'
import { intakeShortfalls, type IntakeFigures } from './intake-targets.ts'

const GOOD: IntakeFigures = {
  store: 'embedded',
  ids: 100_000,
  detects: true,
  batch: 1_000,
  realPerSecond: 6_000,
  realPerCpuSecond: 6_000,
  bare: { values: { perSecond: 10_000, ratio: 0.6, perCpuSecond: 10_000, cpuRatio: 0.6 } },
  ratioToTenth: 0.9,
  cpuRatioToTenth: 0.9,
  loopDelay: { p999Ms: 30, maxMs: 60 },
  idleLoopDelay: { p999Ms: 5, maxMs: 20 },
}

test('figures that reach everything leave nothing to say', () => {
  expect(intakeShortfalls(GOOD)).toEqual([])
})

test('each figure that falls short is named with what is wanted', () => {
  const slow = { perSecond: 10_000, ratio: 0.6, perCpuSecond: 12_500, cpuRatio: 0.48 }
  expect(
    intakeShortfalls({
      ...GOOD,
      bare: { values: slow },
      cpuRatioToTenth: 0.69,
      loopDelay: { p999Ms: 55.1, maxMs: 90 },
    }),
  ).toEqual([
    'embedded: 0.48 of the rate of bare inserts; at least 0.5 is wanted',
    'embedded: 0.69 of the rate at a tenth of the ids; at least 0.7 is wanted',
  ])
})

test('figures that could not be taken fall short', () => {
  expect(intakeShortfalls({ ...GOOD, cpuRatioToTenth: Number.NaN })).toHaveLength(1)
})
