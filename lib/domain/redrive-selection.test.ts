import { expect, test } from 'vitest'
import { EVERYTHING, frozenWords } from './redrive-selection.ts'

const SEEN = { read: 9, matched: 3, isGroupwise: false }

test('says how firmly a list is frozen, and that groups go whole where they do', () => {
  const list = { ...EVERYTHING, messageIds: ['a', 'b', 'c'], listedBy: 'person' as const }
  expect(frozenWords(list, SEEN)).toBe('The list is frozen by message id: no other is taken.')
  expect(frozenWords(list, { ...SEEN, isGroupwise: true })).toBe(
    'The list is frozen by message id: each group goes whole of which one is on it.',
  )
  expect(frozenWords({ ...list, listedBy: 'look' }, SEEN)).toContain('by their ids, and no other is taken.')
  expect(frozenWords({ ...list, listedBy: 'look' }, { ...SEEN, isGroupwise: true })).toContain(
    'by their ids, and each group goes whole of which one is on it.',
  )
})

test('says of a filter and of everything what is frozen', () => {
  const filtered = { ...EVERYTHING, attributes: [{ name: 'JavaType', test: 'present' as const, value: null }] }
  expect(frozenWords(filtered, SEEN)).toContain('whatever matches it and was sent before the start is taken.')
  expect(frozenWords(filtered, { ...SEEN, isGroupwise: true })).toContain('is taken, each group whole.')
  expect(frozenWords(EVERYTHING, SEEN)).toContain('what is frozen is the moment of the start')
})
