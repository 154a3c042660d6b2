import { expect, test } from 'vitest'
import { filterOfReason, filterQuery, filterWords } from './people-filter.ts'

test('a filter is an address that holds what differs from everybody who is without', () => {
  expect(filterQuery({ state: 'without', range: 'all' })).toBe('')
  expect(filterQuery({ state: 'failed', office: 'Thames Valley', range: '7d' }, 3)).toBe(
    '?state=failed&office=Thames+Valley&range=7d&page=3',
  )
})

test.each([
  [{ state: 'without', range: 'all' }, 'without their e-mail'],
  [
    { state: 'failed', reason: 'no_email_address', office: 'Thames Valley', type: 'PROGRAMME_DAY_ONE', range: '24h' },
    'e-mail failed, no e-mail address, Thames Valley, programme day one, since the last 24 h',
  ],
  [
    { state: 'delivered', domain: 'gmail.com', profile: 'new', range: '7d' },
    'e-mail delivered, gmail.com, new profile, in the last 7 d',
  ],
] as const)('%o in words', (filter, words) => {
  expect(filterWords(filter)).toBe(words)
})

test('the people behind a reason are those whose e-mail failed for it, or is overdue', () => {
  expect(filterOfReason('complaint')).toEqual({ state: 'failed', reason: 'complaint' })
  expect(filterOfReason('overdue')).toEqual({ state: 'overdue' })
  expect(filterOfReason('of another version')).toEqual({ state: 'failed', reason: 'other' })
})
