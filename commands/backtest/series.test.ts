import { describe, expect, test } from 'vitest'
import { series } from './series.ts'

const rows = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => {
    const at = new Date(Date.UTC(2026, 0, 5) + index * 300_000).toISOString().slice(0, 19).replace('T', ' ')
    return `${at},${50 + (index % 7)}`
  })

describe('the series format', () => {
  test('answers each row with one score from 0 to 1 and a header with none', () => {
    const answer = series()
    expect(answer('timestamp,value')).toEqual([])
    for (const row of rows(600)) {
      const scores = answer(row)
      expect(scores).toHaveLength(1)
      expect(Number(scores[0])).toBeGreaterThanOrEqual(0)
      expect(Number(scores[0])).toBeLessThanOrEqual(1)
    }
    expect(Number(answer('2026-01-07 02:00:00,5000')[0])).toBeGreaterThan(0.5)
  })

  test('reads a time without a zone as UTC, so that both ways of writing give the same scores', () => {
    const [plain, zoned] = [series(), series()]
    for (const row of rows(600)) expect(zoned(row.replace(' ', 'T').replace(',', 'Z,'))).toEqual(plain(row))
  })

  test('takes an empty value for a missing point', () => {
    const answer = series()
    expect(answer('2026-01-05 00:00:00,')).toEqual(['0'])
    expect(answer('2026-01-05 00:05:00,4')).toEqual(['0'])
  })

  test.each([
    ['yesterday,4', 'timestamp: yesterday'],
    ['2026-01-05 00:00:00,many', 'value: many'],
    ['2026-01-05 00:00:00,4,5', '3 cells'],
  ])('says what is wrong with %s', (row, problem) => {
    expect(() => series()(row)).toThrow(problem)
  })
})
