import { expect, test } from 'vitest'
import { bridgeQuiet } from './quiet-stretches.ts'

const MINUTE = 60_000
const at = (minute: number, value = 0) => ({ atMs: minute * MINUTE, value })
const bridge = (
  points: readonly { atMs: number; value: number }[],
  gaps: readonly { fromMs: number; toMs: number | null }[] = [],
) =>
  bridgeQuiet(points, { bucketSeconds: 60, quietSeconds: 300, gaps }).map(({ atMs, value }) => [atMs / MINUTE, value])

test('nothing was in a queue between two readings of its beat that both found nothing', () => {
  expect(bridge([at(0), at(5)])).toEqual([0, 1, 2, 3, 4, 5].map((minute) => [minute, 0]))
})

test('a hole stays one where something was in the queue, before or after', () => {
  expect(bridge([at(0, 2), at(5)])).toHaveLength(2)
  expect(bridge([at(0), at(5, 2)])).toHaveLength(2)
})

test('a hole stays one where readings are further apart than the beat', () => {
  expect(bridge([at(0), at(8)])).toHaveLength(2)
})

test('a hole stays one where reading failed, also while that lasts', () => {
  expect(bridge([at(0), at(5)], [{ fromMs: 2 * MINUTE, toMs: 3 * MINUTE }])).toHaveLength(2)
  expect(bridge([at(0), at(5)], [{ fromMs: 4 * MINUTE, toMs: null }])).toHaveLength(2)
  expect(bridge([at(0), at(5)], [{ fromMs: 6 * MINUTE, toMs: null }])).toHaveLength(6)
})
