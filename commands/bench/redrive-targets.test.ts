import { expect, test } from 'vitest'
import { redriveShortfalls } from './redrive-targets.ts'

const SPEED = { concurrency: 4, productPerSecond: 95, barePerSecond: 100, productCpuMs: 0.4, bareCpuMs: 0.2 }
const MEMORY = { perSecond: 2_500, rssMb: 700 }

test('figures that reach everything leave nothing to say, whatever the speed without latency is', () => {
  expect(
    redriveShortfalls({
      speed: [
        { ...SPEED, latencyMs: 20, ratio: 0.95 },
        { ...SPEED, latencyMs: 0, ratio: 0.4 },
      ],
      rate: [{ asked: 50, kept: 51, difference: 0.02 }],
      memory: [
        { ...MEMORY, count: 1_000, peakHeapMb: 25 },
        { ...MEMORY, count: 30_000, peakHeapMb: 26 },
      ],
    }),
  ).toEqual([])
  expect(redriveShortfalls({})).toEqual([])
})

test('each figure that falls short is named with what is wanted', () => {
  expect(
    redriveShortfalls({
      speed: [{ ...SPEED, latencyMs: 20, ratio: 0.89 }],
      rate: [{ asked: 400, kept: 370, difference: -0.075 }],
      memory: [
        { ...MEMORY, count: 1_000, peakHeapMb: 29 },
        { ...MEMORY, count: 30_000, peakHeapMb: 52 },
      ],
    }),
  ).toEqual([
    '0.89 of the bare loop at 20 ms and 4 calls at once; at least 0.9 is wanted',
    '-0.075 off the asked 400 a second; at most 0.05 is wanted',
    'a heap of 52 MB for 30000 messages and 29 MB for 1000; at most 1.25 times is wanted',
  ])
})

test('figures that could not be taken fall short', () => {
  expect(redriveShortfalls({ speed: [{ ...SPEED, latencyMs: 20, ratio: Number.NaN }] })).toHaveLength(1)
})
