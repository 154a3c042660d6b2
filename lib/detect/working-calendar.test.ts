import { describe, expect, test } from 'vitest'
import {
  cohortDistance,
  englishBankHolidays,
  ENGLISH_TRAINEES,
  firstWednesdays,
  localMoment,
  offsetMs,
} from './working-calendar.ts'

const dateOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10)
const dayOf = (date: string): number => Date.parse(date) / 86_400_000

describe('English bank holidays', () => {
  test.each([
    [2024, ['01-01', '03-29', '04-01', '05-06', '05-27', '08-26', '12-25', '12-26']],
    [2026, ['01-01', '04-03', '04-06', '05-04', '05-25', '08-31', '12-25', '12-28']],
    [2027, ['01-01', '03-26', '03-29', '05-03', '05-31', '08-30', '12-27', '12-28']],
  ])('of %i are those that were published', (year, days) => {
    expect(englishBankHolidays(year).map(dateOf)).toEqual(days.map((day) => `${year}-${day}`))
  })

  test('a New Year on a Saturday and a Christmas on a Sunday move to working days', () => {
    expect(englishBankHolidays(2022).map(dateOf)).toEqual(
      expect.arrayContaining(['2022-01-03', '2022-12-26', '2022-12-27']),
    )
  })
})

test('trainees rotate on first Wednesdays', () => {
  expect(firstWednesdays(2026).map(dateOf)).toEqual([
    '2026-02-04',
    '2026-04-01',
    '2026-08-05',
    '2026-10-07',
    '2026-12-02',
  ])
})

test('the distance to cohort days reaches across the end of a year', () => {
  expect(cohortDistance(dayOf('2026-12-30'), ENGLISH_TRAINEES)).toEqual({ since: 28, until: 35 })
  expect(cohortDistance(dayOf('2026-08-05'), ENGLISH_TRAINEES)).toEqual({ since: 0, until: 0 })
})

test('London time changes its offset in the very hour in which clocks change', () => {
  expect(offsetMs(Date.parse('2026-03-29T00:59:59Z'), 'Europe/London')).toBe(0)
  expect(offsetMs(Date.parse('2026-03-29T01:00:00Z'), 'Europe/London')).toBe(3_600_000)
  expect(offsetMs(Date.parse('2026-10-25T00:59:59Z'), 'Europe/London')).toBe(3_600_000)
  expect(offsetMs(Date.parse('2026-10-25T01:00:00Z'), 'Europe/London')).toBe(0)
})

test('a bank holiday counts as a Sunday, and hours are local', () => {
  expect(localMoment(Date.parse('2026-08-31T08:05:00Z'), ENGLISH_TRAINEES)).toMatchObject({
    weekday: 0,
    hour: 9,
    minute: 5,
  })
  expect(localMoment(Date.parse('2026-09-01T08:05:00Z'), ENGLISH_TRAINEES)).toMatchObject({ weekday: 2, hour: 9 })
})
