import { expect, test } from 'vitest'
import { evidenceWords } from './evidence-words.ts'

test('figures read as words, and what says nothing is left out', () => {
  const words = evidenceWords({ sent: 6, receivedTimes: 1200, hasDlq: false, note: '', owner: null, lastDeleteMs: 17 })
  expect(words).toEqual(['sent 6', 'received times 1\u202f200', 'has dlq: no'])
})
