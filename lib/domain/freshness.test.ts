import { expect, test } from 'vitest'
import { freshnessOf } from './freshness.ts'

const NOW = 1_000_000_000

test.each([
  ['just read', { asOfMs: NOW, everySeconds: 30, hasOpenGap: false }, { isFresh: true }],
  ['exactly two intervals old', { asOfMs: NOW - 60_000, everySeconds: 30, hasOpenGap: false }, { isFresh: true }],
  [
    'older than two intervals',
    { asOfMs: NOW - 60_001, everySeconds: 30, hasOpenGap: false },
    { isFresh: false, sinceMs: NOW - 60_001 },
  ],
  ['never read', { asOfMs: null, everySeconds: 30, hasOpenGap: false }, { isFresh: false, sinceMs: null }],
  ['never read, in a gap', { asOfMs: null, everySeconds: 30, hasOpenGap: true }, { isFresh: false, sinceMs: null }],
  ['young, in a gap', { asOfMs: NOW - 1, everySeconds: 30, hasOpenGap: true }, { isFresh: false, sinceMs: NOW - 1 }],
  ['a long poll within two polls', { asOfMs: NOW - 40_000, everySeconds: 0, hasOpenGap: false }, { isFresh: true }],
  [
    'a long poll that stopped',
    { asOfMs: NOW - 40_001, everySeconds: 0, hasOpenGap: false },
    { isFresh: false, sinceMs: NOW - 40_001 },
  ],
])('a reading that is %s', (_, reading, expected) => {
  expect(freshnessOf(reading, NOW)).toEqual(expected)
})
