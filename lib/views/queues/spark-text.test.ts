import { expect, test } from 'vitest'
import { packSpark, unpackSpark } from './spark-text.ts'

test.each([[[]], [[0, 0, 0]], [[1, null, 2.5]], [[null, 0, null]], [[7]], [[0]]])(
  '%j comes back as it was',
  (values) => {
    expect(unpackSpark(packSpark(values))).toEqual(values)
  },
)

test('a queue in which nothing was for an hour takes a few letters', () => {
  expect(packSpark(Array.from({ length: 60 }, () => 0))).toBe('60x0')
})
