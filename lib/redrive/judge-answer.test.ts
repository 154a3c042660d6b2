import { expect, test } from 'vitest'
import { judgeAnswer, type JudgedMessage } from './judge-answer.ts'

const sent = (id: string, bodyMd5 = 'body', attributesMd5: string | null = 'attributes') => ({
  id,
  newMessageId: `new-${id}`,
  bodyMd5,
  attributesMd5,
})
const held = (id: string): JudgedMessage => ({
  outgoing: { id, body: '{}', attributes: {}, traceHeader: null },
  bodyMd5: 'body',
  attributesMd5: 'attributes',
})

test('only what SQS took with the digests of what was sent counts as sent', () => {
  const answer = { sent: [sent('a'), sent('b', 'other'), sent('c', 'body', null)], failed: [] }
  const judged = judgeAnswer(['a', 'b', 'c'].map(held), answer)
  expect(judged.sent).toEqual([{ messageId: 'a', newMessageId: 'new-a' }])
  expect(judged.again).toEqual([])
  expect(judged.refused.map(({ messageId }) => messageId)).toEqual(['b', 'c'])
  expect(judged.refused[0]?.problem).toMatch(/other digests than computed, so it was not deleted.*new-b/)
})

test('what SQS refused is tried again unless that cannot help, and what it does not name is neither', () => {
  const failed = [
    { id: 'a', isFinal: false, message: 'Throttled' },
    { id: 'b', isFinal: true, message: 'Too long' },
  ]
  expect(judgeAnswer(['a', 'b', 'c'].map(held), { sent: [], failed })).toEqual({
    sent: [],
    again: ['a'],
    refused: [{ messageId: 'b', problem: 'SQS refused it: Too long' }],
  })
})
