import { existsSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { closeAwsClients } from '#lib/aws/clients.ts'
import { settingsSchema, type SettingsInput } from '#lib/config/settings.ts'
import { readEnv } from '#lib/config/env.ts'
import type { PollContext, Source } from './define-source.ts'
import { makeContext, useEndpoints } from './fixtures/make-context.ts'
import { startUpstream, type Answer } from './fixtures/start-upstream.ts'
import { sources } from './index.ts'

afterAll(() => closeAwsClients())

const QUEUE_URL = 'https://sqs.test/000000000000/tap'
const everything: SettingsInput = {
  flow: [{ queue: 'orders' }],
  sources: {
    'email-outcomes': { queueUrl: QUEUE_URL },
    'email-counts': { metrics: [{ counts: 'no_email_address', namespace: 'Logs', name: 'NoEmailAddress' }] },
    profiles: { queueUrl: QUEUE_URL },
  },
}

/** A context in which every source asks this address. */
function contextAt(url: string): PollContext {
  useEndpoints({ sqs: url, cloudwatch: url })
  return makeContext({ settings: everything, sentry: { url, org: 'tis', token: 'secret-token' } })
}

async function failureOf(source: Source, context: PollContext): Promise<unknown> {
  try {
    await source.poll(context)
  } catch (error) {
    return error
  }
  throw new Error(`${source.id} did not fail`)
}

test('every source has an id of its own', () => {
  expect(new Set(sources.map((source) => source.id)).size).toBe(sources.length)
})

describe.each(sources.map((source) => [source.id, source] as const))('%s', (id, source) => {
  test('stands in the file of its name and says what it is for and what it may', () => {
    expect(existsSync(new URL(`./${id}.ts`, import.meta.url))).toBe(true)
    expect(source.title).not.toBe('')
    expect(source.teaches).not.toMatch(/^$|\.$/)
    expect(source.permissions.length).toBeGreaterThan(0)
  })

  test('names the setting that is missing, in one line, and none when all are there', () => {
    const nothing = source.missing(readEnv({}).env, settingsSchema.parse({}))
    expect(nothing).toMatch(
      /^(AWS_REGION|SENTRY_ORG|sources\.(email-outcomes|email-counts|profiles)\b).* is not set: [^\n]+\.$/,
    )
    const { env, settings } = contextAt('http://127.0.0.1:1')
    expect(source.missing(env, settings)).toBeNull()
  })

  test('has a beat of a whole number of seconds', () => {
    const seconds = source.everySeconds(settingsSchema.parse(everything))
    expect(Number.isInteger(seconds) && seconds >= 0).toBe(true)
  })

  test.each<readonly [string, string, Answer]>([
    ['denied', 'HTTP 403', awsLike(403, 'AccessDenied')],
    ['denied', 'HTTP 401 without words', { status: 401, body: '' }],
    ['throttled', 'HTTP 429', awsLike(429, 'ThrottlingException')],
    ['invalid-answer', 'garbage', { status: 200, body: '<!doctype html><title>Sign in</title>' }],
    ['unreachable', 'HTTP 503', { status: 503, body: 'down for maintenance' }],
  ])('is %s on %s', async (reason, _, answer) => {
    await using upstream = await startUpstream(() => answer)
    const error = await failureOf(source, contextAt(upstream.url))
    expect(error).toMatchObject({ name: 'SourceError', reason })
    expect(upstream.asked.length).toBeGreaterThan(0)
  })

  test('is unreachable when the connection is refused or cut, and says so without any secret', async () => {
    const refused = await failureOf(source, contextAt('http://127.0.0.1:1'))
    expect(refused).toMatchObject({ reason: 'unreachable' })
    await using upstream = await startUpstream(() => 'reset')
    const cut = await failureOf(source, contextAt(upstream.url))
    expect(cut).toMatchObject({ reason: 'unreachable' })
    expect(String(refused) + String(cut)).not.toMatch(/secret/)
  })

  test('counts what the upstream received, retries included', async () => {
    await using upstream = await startUpstream(() => awsLike(500, 'InternalFailure'))
    const counted: string[] = []
    const context = contextAt(upstream.url)
    await failureOf(source, { ...context, countCall: (service, operation) => counted.push(`${service} ${operation}`) })
    expect(counted).toHaveLength(upstream.asked.length)
  })

  test('names the permission or scope when it is refused', async () => {
    await using upstream = await startUpstream(() => awsLike(403, 'AccessDenied'))
    const error = await failureOf(source, contextAt(upstream.url))
    expect(source.permissions.some((permission) => String(error).includes(permission))).toBe(true)
  })

  test('stops at once when it is aborted, which is no failure of the upstream', async () => {
    const stop = new AbortController()
    await using upstream = await startUpstream(() => {
      stop.abort(new Error('shutting down'))
      return 'hang'
    })
    const error = await failureOf(source, { ...contextAt(upstream.url), signal: stop.signal })
    expect(error).toBe(stop.signal.reason)
  })
})

function awsLike(status: number, code: string): Answer {
  return {
    status,
    body: JSON.stringify({ __type: code, message: 'words' }),
    headers: { 'content-type': 'application/x-amz-json-1.0' },
  }
}
