import { expect, test } from 'vitest'
import { describeAwsError } from './describe-aws-error.ts'

const call = {
  service: 'SQS',
  operation: 'GetQueueAttributes',
  permission: 'sqs:GetQueueAttributes',
  subject: 'orders',
} as const

function errorWith(name: string, fields: Record<string, unknown> = {}, message = 'words of AWS'): Error {
  return Object.assign(new Error(message), { name, ...fields })
}

test.each([
  [errorWith('AccessDenied', { $metadata: { httpStatusCode: 403 } }), 'denied'],
  [errorWith('ExpiredTokenException', { $metadata: { httpStatusCode: 400 } }), 'denied'],
  [errorWith('CredentialsProviderError'), 'denied'],
  [errorWith('SyntaxError', { $metadata: { httpStatusCode: 403 } }), 'denied'],
  [errorWith('RequestThrottled', { $metadata: { httpStatusCode: 403 } }), 'throttled'],
  [errorWith('UnknownError', { $retryable: { throttling: true } }), 'throttled'],
  [errorWith('UnknownError', { $metadata: { httpStatusCode: 429 } }), 'throttled'],
  [errorWith('TimeoutError'), 'timeout'],
  [errorWith('AbortError'), 'timeout'],
  [errorWith('Error', { code: 'ECONNREFUSED' }), 'unreachable'],
  [errorWith('TimeoutError', { code: 'ECONNRESET' }), 'unreachable'],
  [errorWith('InternalError', { $metadata: { httpStatusCode: 500 } }), 'unreachable'],
  [errorWith('QueueDoesNotExist', { $metadata: { httpStatusCode: 400 } }), 'not-found'],
  [errorWith('SyntaxError', { $metadata: { httpStatusCode: 200 } }), 'invalid-answer'],
  [errorWith('SyntaxError', { $response: { statusCode: 200 } }), 'invalid-answer'],
  [errorWith('TypeError'), 'internal'],
  ['not an error', 'internal'],
])('%s is %s', (error, reason) => {
  const told = describeAwsError(error, call)
  expect(told.reason).toBe(reason)
  expect(told.message).toContain('SQS GetQueueAttributes for orders')
})

test('a refusal names the permission that is missing', () => {
  const told = describeAwsError(errorWith('AccessDenied'), call)
  expect(told.message).toBe(
    "SQS GetQueueAttributes for orders was refused (AccessDenied): grant sqs:GetQueueAttributes to Spillway's role. AWS says: words of AWS",
  )
})

test('missing credentials are named as that, and not as a missing permission', () => {
  const told = describeAwsError(errorWith('CredentialsProviderError'), call)
  expect(told.message).toContain('no AWS credentials were found')
  expect(told.message).not.toContain('grant')
})

test('long words are cut', () => {
  expect(describeAwsError(errorWith('AccessDenied', {}, 'x'.repeat(5_000)), call).message.length).toBeLessThan(400)
})
