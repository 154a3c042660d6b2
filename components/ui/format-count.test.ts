import { expect, test } from 'vitest'
import { formatCount, formatCounted, THIN_SPACE } from './format-count.ts'

test.each([
  [0, '0'],
  [999, '999'],
  [1000, `1${THIN_SPACE}000`],
  [1_234_567, `1${THIN_SPACE}234${THIN_SPACE}567`],
  [-4200, `-4${THIN_SPACE}200`],
  [2.25, '2.3'],
  [3.04, '3'],
  [412.6, '413'],
  [0.4, '0.4'],
  [0.00909, '0.0091'],
])('%d is written %s', (value, text) => {
  expect(formatCount(value)).toBe(text)
})

test('what is not known is a dash and not a zero', () => {
  expect(formatCount(null)).toBe('—')
})

test('one takes the singular and everything else the plural', () => {
  expect([0, 1, 2].map((count) => formatCounted(count, 'person', 'people'))).toEqual([
    '0 people',
    '1 person',
    '2 people',
  ])
})
