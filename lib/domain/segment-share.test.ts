import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { chanceOfAtLeast, judgeSegments, type SegmentCounts } from './segment-share.ts'

const segment = (total: number, failed: number, usualTotal = 0, usualFailed = 0): SegmentCounts => ({
  total,
  failed,
  usualTotal,
  usualFailed,
})
const standing = (...segments: readonly SegmentCounts[]): boolean[] =>
  judgeSegments(segments).map(({ standsOut }) => standsOut)

describe('a segment', () => {
  it('stands out where far more fails than is usual for it', () => {
    expect(standing(segment(20, 9, 500, 6), segment(200, 3, 4000, 50))).toEqual([true, false])
  })

  it('does not stand out by one or two failures, however few e-mails there are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 0, max: 10_000 }),
        (total, failed, usual) => {
          expect(standing(segment(total, Math.min(failed, total), usual, 0), segment(100, 0, 1000, 0))[0]).toBe(false)
        },
      ),
    )
  })

  it('does not stand out where so many fail as always', () => {
    expect(standing(segment(100, 12, 4000, 480), segment(100, 1, 4000, 40))).toEqual([false, false])
  })

  it('does not stand out where everything fails, though it is unusual', () => {
    const all = [segment(20, 9, 500, 6), segment(30, 12, 500, 6), segment(25, 11, 500, 6)]
    expect(judgeSegments(all).map(({ isUnusual, standsOut }) => [isUnusual, standsOut])).toEqual([
      [true, false],
      [true, false],
      [true, false],
    ])
    expect(standing(segment(20, 9, 500, 6))).toEqual([true])
  })

  it('does not stand out below one in a hundred, however many there are', () => {
    expect(standing(segment(10_000, 80, 100_000, 50), segment(10_000, 5, 100_000, 50))).toEqual([false, false])
  })

  it('that was never seen before is judged by what is usual for all', () => {
    expect(standing(segment(10, 6), segment(100, 1, 4000, 40))).toEqual([true, false])
    expect(standing(segment(10, 6), segment(100, 55, 4000, 2200))).toEqual([false, false])
  })

  it('is judged by the others where nothing is known of before, and by nobody where it is alone', () => {
    expect(standing(segment(10, 6), segment(100, 1))).toEqual([true, false])
    expect(judgeSegments([segment(10, 6)])).toEqual([{ share: 0.6, usual: null, isUnusual: false, standsOut: false }])
  })

  it('of a healthy time hardly ever stands out by chance', () => {
    let state = 7
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
    const drawn = (total: number, rate: number): number =>
      Array.from({ length: total }, random).filter((each) => each < rate).length
    let marked = 0
    for (let table = 0; table < 400; table += 1) {
      const segments = Array.from({ length: 13 }, (_, at) => {
        const total = 5 + at * 8
        return segment(total, drawn(total, 0.03), total * 20, drawn(total * 20, 0.03))
      })
      marked += standing(...segments).filter(Boolean).length
    }
    expect(marked).toBeLessThan(12)
  })
})

test('the chance of so many failures is that of the binomial distribution', () => {
  expect(chanceOfAtLeast(3, 3, 0.5)).toBeCloseTo(0.125, 10)
  expect(chanceOfAtLeast(2, 4, 0.25)).toBeCloseTo(0.26171875, 6)
  expect(chanceOfAtLeast(9, 10, 0.1)).toBeCloseTo(9.1e-9, 10)
  expect(chanceOfAtLeast(60, 1000, 0.03)).toBeLessThan(1e-5)
  expect(chanceOfAtLeast(0, 10, 0.1)).toBe(1)
})
