import { expect, test } from 'vitest'
import { cameBackWords, comesBack, errorsRise } from './redrive-guard.ts'

const LIMITS = { cameBackLeast: 3, cameBackShare: 0.1, errorsLeast: 10, errorsFactor: 3 }

test.each([
  [{ sent: 3, cameBack: 2 }, false],
  [{ sent: 20, cameBack: 3 }, true],
  [{ sent: 500, cameBack: 20 }, false],
  [{ sent: 500, cameBack: 50 }, true],
])('%o stops it: %s', (counts, stops) => {
  expect(comesBack(counts, LIMITS)).toBe(stops)
})

test('errors stop a run only when they are many and clearly more than before', () => {
  const quiet = { errors: 6, minutes: 60 }
  expect(errorsRise(quiet, { errors: 9, minutes: 1 }, LIMITS), 'few').toBe(false)
  expect(errorsRise(quiet, { errors: 10, minutes: 5 }, LIMITS)).toBe(true)
  expect(errorsRise({ errors: 300, minutes: 60 }, { errors: 50, minutes: 5 }, LIMITS), 'usual').toBe(false)
  expect(errorsRise({ errors: 0, minutes: 0 }, { errors: 50, minutes: 5 }, LIMITS), 'nothing known').toBe(false)
  expect(errorsRise(quiet, { errors: 0, minutes: 0 }, LIMITS), 'nothing told yet').toBe(false)
})

const words = (same: number, other: number) => cameBackWords(20, 4, { same, other })

test('says of what came back whether its cause is the same', () => {
  expect(words(4, 0)).toBe('4 of 20 messages came back with the same cause: the consumer still cannot process them.')
  expect(words(0, 4)).toContain('4 of 20 messages came back with another cause:')
  expect(words(3, 1)).toContain('came back (3 with the same cause, 1 with another):')
  expect(words(0, 0)).toContain('4 of 20 messages came back: the consumer')
})
