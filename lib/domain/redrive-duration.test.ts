import { expect, test } from 'vitest'
import { takesWords, type DurationFacts } from './redrive-duration.ts'

const PLAN: DurationFacts = {
  way: 'ledger',
  aboutMessages: 3610,
  mostMessages: null,
  canaryMessages: 10,
  perSecond: 5,
  rampFrom: null,
  windowSeconds: 30,
}

test.each<[string, Partial<DurationFacts>, string]>([
  ['at the planned rate', {}, 'about 12 min at 5 messages a second, after the first 10 are proven'],
  [
    'one message first',
    { canaryMessages: 1, aboutMessages: 301 },
    'about 1 min at 5 messages a second, after the first one is proven',
  ],
  ['at most so many', { mostMessages: 110 }, 'about 20 s at 5 messages a second, after the first 10 are proven'],
  [
    'only as many known',
    { aboutMessages: null, mostMessages: 60 },
    'about 10 s at 5 messages a second, after the first 10 are proven',
  ],
  [
    // 30 s at 1, 30 s at 2, 30 s at 4, and the other 3 390 at 5.
    'a rate that grows',
    { rampFrom: 1 },
    'about 13 min after the first 10 are proven, and longer where the evidence by which the rate doubles comes late',
  ],
  [
    'over before the rate doubles',
    { rampFrom: 1, aboutMessages: 30 },
    'about 20 s after the first 10 are proven, and longer where the evidence by which the rate doubles comes late',
  ],
  [
    'a first rate that is no slower',
    { rampFrom: 9 },
    'about 12 min at 5 messages a second, after the first 10 are proven',
  ],
  [
    'at once',
    { perSecond: 10_000, aboutMessages: 20 },
    'less than 1 s at 10\u202F000 messages a second, after the first 10 are proven',
  ],
  [
    'all of them first',
    { aboutMessages: 8 },
    'until the fate of each is known by evidence: no more than the first messages go',
  ],
  ['SQS’s own task', { way: 'move-task', aboutMessages: 300 }, 'about 1 min at 5 messages a second, by SQS’s own task'],
  ['nobody knows how many', { aboutMessages: null }, 'not known: how many messages go is not known'],
])('tells how long a plan takes: %s', (_, given, words) => {
  expect(takesWords({ ...PLAN, ...given })).toBe(words)
})

test('a rate that grows takes as long as its windows and the rest', () => {
  const words = takesWords({ ...PLAN, rampFrom: 1, aboutMessages: 10 + 30 + 60 + 120 + 5 * 60 })
  expect(words).toMatch(/^about 2 min 30 s after/)
})
