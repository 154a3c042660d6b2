import { expect, test } from 'vitest'
import { beatsSentence, beatWords } from './beat-words.ts'

const clock = { baseSeconds: 30, since: () => 'since 10:31' }

test('a slow beat gives its reason, a usual one needs none', () => {
  expect(beatWords({ everySeconds: 30, quietSinceMs: 5 }, clock)).toBe('every 30 s')
  expect(beatWords({ everySeconds: 240, quietSinceMs: 5 }, clock)).toBe(
    'every 4 min while it is quiet: nothing has been in it since 10:31',
  )
})

test('one sentence says how often all are read', () => {
  expect(beatsSentence([])).toBe('')
  expect(
    beatsSentence([
      { everySeconds: 30, isDlq: false },
      { everySeconds: 300, isDlq: false },
      { everySeconds: 60, isDlq: true },
    ]),
  ).toBe('Spillway reads the depth of 2 source queues every 30 s to 5 min and 1 dead-letter queue every 1 min.')
})
