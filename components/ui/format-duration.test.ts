import { expect, test } from 'vitest'
import { formatDuration } from './format-duration.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

test.each([
  [-5000, '0 s'],
  [34_900, '34 s'],
  [MINUTE, '1 min'],
  [38 * MINUTE + 59_000, '38 min'],
  [5 * HOUR + 12 * MINUTE, '5 h 12 min'],
  [24 * HOUR, '24 h'],
  [76 * HOUR, '3 d 4 h'],
  [86 * 24 * HOUR + 3 * HOUR, '86 d'],
])('%d ms reads %s', (span, text) => {
  expect(formatDuration(span)).toBe(text)
})
