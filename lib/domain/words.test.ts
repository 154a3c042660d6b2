import { describe, expect, test } from 'vitest'
import { counted, figure, listed } from './count-words.ts'
import { durationWords } from './duration-words.ts'
import { GAP_REASONS } from './gap.ts'
import { gapWords } from './gap-words.ts'
import { maskRef } from './mask-ref.ts'
import { OUTCOME_REASONS } from './outcome.ts'
import { reasonLabel, reasonPhrase } from './outcome-words.ts'
import { atWords, sinceWords } from './when-words.ts'

const at = (text: string): number => Date.parse(text)
const LONDON = 'Europe/London'

describe('moments in words', () => {
  const NOW = at('2024-08-14T13:00:00Z')

  test.each([
    ['2024-08-14T13:21:00Z', 'since 14:21', 'at 14:21'],
    ['2024-08-13T23:00:00Z', 'since 00:00', 'at 00:00'],
    ['2024-08-13T22:59:59Z', 'since yesterday 23:59', 'yesterday 23:59'],
    ['2024-08-12T23:00:00Z', 'since yesterday 00:00', 'yesterday 00:00'],
    ['2024-08-12T22:59:00Z', 'since 12 Aug 23:59', 'on 12 Aug 23:59'],
    ['2023-12-22T15:45:00Z', 'since 22 Dec 2023 15:45', 'on 22 Dec 2023 15:45'],
    ['2023-08-14T13:21:00Z', 'since 14 Aug 2023 14:21', 'on 14 Aug 2023 14:21'],
  ])('%s is "%s" and "%s" in London', (moment, since, when) => {
    expect(sinceWords(at(moment), NOW, LONDON)).toBe(since)
    expect(atWords(at(moment), NOW, LONDON)).toBe(when)
  })

  test('are told in the zone that is asked for', () => {
    expect(sinceWords(at('2024-08-14T12:30:00Z'), NOW, 'Asia/Kolkata')).toBe('since 18:00')
    expect(sinceWords(at('2024-08-13T18:29:00Z'), NOW, 'Asia/Kolkata')).toBe('since yesterday 23:59')
    expect(sinceWords(at('2024-08-14T12:30:00Z'), NOW, 'Pacific/Honolulu')).toBe('since 02:30')
  })

  test.each([
    ['the day of 23 hours', '2024-03-31T20:00:00Z', '2024-03-30T00:30:00Z', 'since yesterday 00:30'],
    ['the day after it', '2024-04-01T00:30:00Z', '2024-03-31T00:30:00Z', 'since yesterday 00:30'],
    ['the day of 25 hours', '2024-10-27T23:30:00Z', '2024-10-26T00:15:00Z', 'since yesterday 01:15'],
    ['the day after it', '2024-10-28T23:30:00Z', '2024-10-26T23:15:00Z', 'since yesterday 00:15'],
    ['the turn of the year', '2025-01-01T09:00:00Z', '2024-12-31T09:00:00Z', 'since yesterday 09:00'],
  ])('yesterday is right on %s', (_, now, moment, words) => {
    expect(sinceWords(at(moment), at(now), LONDON)).toBe(words)
  })

  test('September has three letters as the other months do', () => {
    expect(sinceWords(at('2024-09-03T09:00:00Z'), at('2024-09-20T09:00:00Z'), LONDON)).toBe('since 3 Sep 10:00')
  })
})

describe('numbers in words', () => {
  test('thousands are set apart by a narrow space that does not break', () => {
    expect([0, 999, 1000, 12_345, 1_234_567].map(figure)).toEqual([
      '0',
      '999',
      '1\u202F000',
      '12\u202F345',
      '1\u202F234\u202F567',
    ])
  })

  test('one is singular and everything else plural', () => {
    expect([0, 1, 2].map((count) => counted(count, 'person', 'people'))).toEqual(['0 people', '1 person', '2 people'])
    expect(counted(2, 'queue')).toBe('2 queues')
  })

  test('lists read as a person would say them', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['', 'a', 'a and b', 'a, b and c'])
  })

  test.each([
    [0, '0 s'],
    [-5, '0 s'],
    [45, '45 s'],
    [60, '1 min'],
    [61, '1 min 1 s'],
    [12_000, '3 h 20 min'],
    [86_400, '1 d'],
    [90_061, '1 d 1 h'],
    [1_209_600, '14 d'],
  ])('%d seconds are %s', (seconds, words) => {
    expect(durationWords(seconds)).toBe(words)
  })
})

describe('reasons in words', () => {
  test('every reason of an outcome and of a gap has words of its own', () => {
    expect(new Set(OUTCOME_REASONS.map(reasonLabel)).size).toBe(OUTCOME_REASONS.length)
    expect(new Set(GAP_REASONS.map(gapWords)).size).toBe(GAP_REASONS.length)
    for (const reason of OUTCOME_REASONS) expect(reasonPhrase(reason)).not.toContain('_')
  })

  test('a reason that this version does not know is shown, not hidden', () => {
    expect(reasonLabel('sent_to_the_moon')).toBe('sent to the moon')
    expect(gapWords('on-fire')).toBe('on-fire')
    expect(reasonLabel('toString')).toBe('toString')
  })
})

test.each([
  ['987642', '9•••42'],
  ['12345678901', '1•••01'],
  ['98764', '•••4'],
  ['9876', '•••6'],
  ['987', '•••'],
  ['1', '•••'],
  ['', '•••'],
])('the reference %s is shown as %s to those who may not read it', (ref, masked) => {
  expect(maskRef(ref)).toBe(masked)
})
