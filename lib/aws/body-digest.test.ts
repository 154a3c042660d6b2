import { expect, test } from 'vitest'
import { assertBodiesIntact, md5OfBody } from './body-digest.ts'

const message = (MessageId: string, Body: string) => ({ MessageId, Body, MD5OfBody: md5OfBody(Body) })

test('a body is the one that was sent when it has the digest that SQS gives with it', () => {
  expect(() => assertBodiesIntact([message('m-1', 'Grüße \u{1f4a7}'), message('m-2', '')])).not.toThrow()
  expect(md5OfBody('This is a test message')).toBe('fafb00f5732ab283681e124bf8747ed1')
})

test.each([
  ['another body', { ...message('m-2', 'sent'), Body: 'changed' }],
  ['no digest', { MessageId: 'm-2', Body: 'sent' }],
])('%s is named, with no other', (_what, broken) => {
  expect(() => assertBodiesIntact([message('m-1', 'good'), broken])).toThrow(/bodies of m-2 are not those/)
})
