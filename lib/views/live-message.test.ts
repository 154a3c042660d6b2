import { expect, test } from 'vitest'
import { parseLiveMessage, touchesTopics } from './live-message.ts'

test('topics touch when they are equal, or when one stands for all that start so', () => {
  expect(touchesTopics(['queues', 'findings'], ['findings'])).toBe(true)
  expect(touchesTopics(['queue:*'], ['queue:orders'])).toBe(true)
  expect(touchesTopics(['queue:orders'], ['queue:*'])).toBe(true)
  expect(touchesTopics(['queues'], ['queue:orders'])).toBe(false)
  expect(touchesTopics(['queues'], [])).toBe(false)
})

test('only messages of the stream are understood', () => {
  expect(parseLiveMessage({ kind: 'change', topics: ['queues', 7] })).toEqual({ kind: 'change', topics: ['queues'] })
  expect(parseLiveMessage({ kind: 'hello', build: 'b1', more: 1 })).toEqual({ kind: 'hello', build: 'b1' })
  expect(parseLiveMessage({ kind: 'hello' })).toBeNull()
  expect(parseLiveMessage({ kind: 'change' })).toBeNull()
  expect(parseLiveMessage('resync')).toBeNull()
})
