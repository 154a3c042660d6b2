import type { GapReason } from '#lib/domain/gap.ts'
import { AssumeRoleError } from './assumed-role.ts'
import { BrokenBodiesError } from './body-digest.ts'

/** What was asked of AWS, for the words of a failure. */
export interface AwsCall {
  readonly service: 'SQS' | 'CloudWatch' | 'STS' | 'S3'
  readonly operation: string
  /** IAM action that the call needs, e.g. `sqs:ListQueues`. */
  readonly permission: string
  /** What the call was about, e.g. a queue's name; left out when it is about everything. */
  readonly subject?: string
}

export interface AwsFailure {
  readonly reason: GapReason
  /** Plain English for a person: operation, what happened, and the way out where there is one. */
  readonly message: string
}

const CREDENTIALS = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnrecognizedClientException',
])
const THROTTLED =
  /Throttl|TooManyRequests|RequestLimitExceeded|LimitExceededException|SlowDown|BandwidthLimit|PriorRequestNotComplete/
/** An abort that reaches this point is the call's own deadline. */
const TIMEOUT = new Set(['TimeoutError', 'AbortError', 'RequestTimeout'])
const NOT_FOUND = /NonExistent|DoesNotExist|NotFound|NoSuch/
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_SOCKET',
])
const LONGEST_WORDS = 240

/** Says why a call to AWS failed, in words that name the operation and, where it was refused, the permission that is missing. */
export function describeAwsError(error: unknown, call: AwsCall): AwsFailure {
  if (error instanceof AssumeRoleError) return describeAwsError(error.cause, roleCall(error.roleArn))
  const asked = `${call.service} ${call.operation}${call.subject === undefined ? '' : ` for ${call.subject}`}`
  if (error instanceof BrokenBodiesError)
    return { reason: 'invalid-answer', message: `${asked} gave an answer that cannot be used: ${error.message}.` }
  const facts = factsOf(error)
  const reason = reasonOf(facts)
  return { reason, message: wordsOf(reason, facts, { asked, permission: call.permission }) }
}

/** What was asked for has not been asked: its role comes first. */
function roleCall(roleArn: string): AwsCall {
  return { service: 'STS', operation: 'AssumeRole', permission: 'sts:AssumeRole', subject: roleArn }
}

interface ErrorFacts {
  readonly name: string
  readonly code: string
  readonly status: number | null
  readonly words: string
  readonly isThrottling: boolean
}

function factsOf(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) {
    return { name: 'unknown', code: '', status: null, words: 'no reason given', isThrottling: false }
  }
  const status = numberAt(error, '$metadata', 'httpStatusCode') ?? numberAt(error, '$response', 'statusCode')
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const isThrottling = '$retryable' in error && isRecord(error.$retryable) && error.$retryable['throttling'] === true
  const words = error.message.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
  return {
    name: error.name,
    code,
    status,
    words: words.length > LONGEST_WORDS ? `${words.slice(0, LONGEST_WORDS)}…` : words,
    isThrottling,
  }
}

function reasonOf({ name, code, status, isThrottling }: ErrorFacts): GapReason {
  if (CREDENTIALS.has(name) || name.startsWith('AccessDenied') || name === 'UnauthorizedOperation') return 'denied'
  if (isThrottling || THROTTLED.test(name)) return 'throttled'
  // The SDK calls a cut connection a timeout too, so its code comes first.
  if (UNREACHABLE.has(code) || code.startsWith('CERT_') || code.startsWith('ERR_TLS')) return 'unreachable'
  if (TIMEOUT.has(name) || code === 'ETIMEDOUT') return 'timeout'
  if (NOT_FOUND.test(name)) return 'not-found'
  return status === null ? 'internal' : reasonOfStatus(status)
}

/** For an answer whose words cannot be read or say nothing known. */
function reasonOfStatus(status: number): GapReason {
  if (status === 401 || status === 403) return 'denied'
  if (status === 404) return 'not-found'
  if (status === 429) return 'throttled'
  return status >= 500 ? 'unreachable' : 'invalid-answer'
}

function wordsOf(reason: GapReason, facts: ErrorFacts, call: { readonly asked: string; readonly permission: string }) {
  const { asked, permission } = call
  const said = facts.words === '' || facts.words === 'UnknownError' ? '' : ` AWS says: ${facts.words}`
  if (facts.name === 'CredentialsProviderError') {
    return `${asked} could not be signed: no AWS credentials were found. Give them by the standard AWS chain, e.g. a task role or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`
  }
  if (CREDENTIALS.has(facts.name)) {
    return `${asked} was refused (${facts.name}): the AWS credentials are not valid or have expired.${said}`
  }
  if (reason === 'denied' && permission === 'sts:AssumeRole')
    return `${asked} was refused (${facts.name}): let Spillway's own role call sts:AssumeRole, and let the trust policy of that role name Spillway's and the external id, if any.${said}`
  if (reason === 'denied') return `${asked} was refused (${facts.name}): grant ${permission} to Spillway's role.${said}`
  if (reason === 'throttled') {
    return `${asked} was throttled (${facts.name}), also when asked again: a longer beat asks less often.${said}`
  }
  if (reason === 'timeout') return `${asked} was not answered in time.`
  if (reason === 'unreachable') {
    return facts.code === ''
      ? `${asked} met an error inside AWS (HTTP ${facts.status ?? 'unknown'}).${said}`
      : `${asked} could not reach AWS (${facts.code}): check the network, AWS_REGION and any AWS_ENDPOINT_URL.`
  }
  if (reason === 'not-found') return `${asked} found nothing of that name (${facts.name}).${said}`
  if (reason === 'internal') return `${asked} could not be sent (${facts.name}): ${facts.words}`
  return `${asked} gave an answer that cannot be used (HTTP ${facts.status ?? 'unknown'}, ${facts.name}).${said}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function numberAt(value: object, outer: string, inner: string): number | null {
  const part: unknown = Reflect.get(value, outer)
  const found = isRecord(part) ? part[inner] : undefined
  return typeof found === 'number' ? found : null
}
