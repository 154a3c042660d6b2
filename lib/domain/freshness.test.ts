import { expect, test } from 'vitest'
import { freshnessOf } from './freshness.ts'

const NOW = 1_000_000_000

test.each([
  ['just read', { asOfMs: NOW, everySeconds: 30, openGapMs: null }, { isFresh: true }],
  ['exactly two intervals old', { asOfMs: NOW - 60_000, everySeconds: 30, openGapMs: null }, { isFresh: true }],
  [
    'older than two intervals',
    { asOfMs: NOW - 60_001, everySeconds: 30, openGapMs: null },
    { isFresh: false, sinceMs: NOW - 60_001 },
  ],
  ['never read', { asOfMs: null, everySeconds: 30, openGapMs: null }, { isFresh: false, sinceMs: null }],
  ['never read, in a gap', { asOfMs: null, everySeconds: 30, openGapMs: NOW - 5 }, { isFresh: false, sinceMs: null }],
  [
    'read before the open gap',
    { asOfMs: NOW - 5000, everySeconds: 30, openGapMs: NOW - 1 },
    { isFresh: false, sinceMs: NOW - 5000 },
  ],
  [
    'read at the moment the gap began',
    { asOfMs: NOW - 1, everySeconds: 30, openGapMs: NOW - 1 },
    { isFresh: false, sinceMs: NOW - 1 },
  ],
  ['read after the gap began', { asOfMs: NOW - 1, everySeconds: 30, openGapMs: NOW - 2 }, { isFresh: true }],
  ['a long poll within two polls', { asOfMs: NOW - 40_000, everySeconds: 0, openGapMs: null }, { isFresh: true }],
  [
    'a long poll that stopped',
    { asOfMs: NOW - 40_001, everySeconds: 0, openGapMs: null },
    { isFresh: false, sinceMs: NOW - 40_001 },
  ],
])('a reading that is %s', (_, reading, expected) => {
  expect(freshnessOf(reading, NOW)).toEqual(expected)
})
