import { expect, test } from 'vitest'
import { linePaths } from './line-paths.ts'

test('a hole breaks the line instead of being bridged', () => {
  expect(
    linePaths([
      [0, 1],
      [1, 2],
      [2, null],
      [3, 4],
      [4, 5],
    ]),
  ).toBe('M0.0 1.0L1.0 2.0M3.0 4.0L4.0 5.0')
})

test('a value alone between holes is still drawn', () => {
  expect(
    linePaths([
      [0, null],
      [5, 3],
      [9, null],
    ]),
  ).toBe('M4.0 3.0h2')
})
