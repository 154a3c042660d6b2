import { expect, test } from 'vitest'
import { undecidedWords } from './undecided-words.ts'

const at = (label: string, inFlight: number) => ({ queue: { name: label, label }, inFlight })

test('says where messages are in flight, once with a verb', () => {
  expect(undecidedWords([at('profile-created', 33)])).toBe('33 messages are in flight at profile-created')
  expect(undecidedWords([at('profile-created', 1), at('credentials', 2)])).toBe(
    '1 message is in flight at profile-created, 2 messages at credentials',
  )
})
