import { describe, expect, test } from 'vitest'
import { nabFigures, type NabReport } from './bench-nab-figures.ts'

function report(score: number, detected: number): NabReport {
  const events = { detected, windows: 50, falseAlarms: 40, falsePerWeek: 0.63, threshold: 0.5 }
  return {
    profiles: { standard: { score, detected, fpRows: 40 } },
    events: { atStandardThreshold: events, atBudget: events },
  }
}

describe('the figures of the benchmark', () => {
  test('a ratio of one or less is a goal that is met', () => {
    const told = nabFigures({ all: report(80, 45), odd: report(82, 25), even: report(78, 20), microsecondsAPoint: 5 })
    expect(told.ratios).toEqual({ standard: 0.9, windows: 1, halvesApart: 0.5, microsecondsAPoint: 0.5 })
    expect([told.isMet, told.isLeastMet]).toEqual([true, true])
  })

  test('the least may be met where the goal is not', () => {
    const told = nabFigures({ all: report(70, 42), odd: report(72, 22), even: report(68, 20), microsecondsAPoint: 5 })
    expect([told.isMet, told.isLeastMet]).toEqual([false, true])
  })

  test.each([
    { all: report(60, 45), odd: report(60, 25), even: report(60, 20), microsecondsAPoint: 5 },
    { all: report(80, 40), odd: report(80, 25), even: report(80, 15), microsecondsAPoint: 5 },
    { all: report(80, 45), odd: report(85, 25), even: report(75, 20), microsecondsAPoint: 5 },
    { all: report(80, 45), odd: report(80, 25), even: report(80, 20), microsecondsAPoint: 11 },
  ])('each of the four can fail it', (measures) => {
    expect(nabFigures(measures).isLeastMet).toBe(false)
  })
})
