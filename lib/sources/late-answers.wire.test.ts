import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeAwsClients } from '#lib/aws/clients.ts'
import { makeContext, useEndpoints } from './fixtures/make-context.ts'
import { startUpstream, type Upstream } from './fixtures/start-upstream.ts'
import { sources } from './index.ts'

let upstream: Upstream

beforeAll(async () => {
  upstream = await startUpstream(() => 'hang')
  useEndpoints({ sqs: upstream.url, cloudwatch: upstream.url })
})
afterAll(async () => {
  closeAwsClients()
  await upstream[Symbol.asyncDispose]()
})

// One after the other these would take minutes, and they only wait.
describe.concurrent('an upstream that takes the call and never answers', () => {
  test.each(sources.map((source) => [source.id, source] as const))(
    'is a timeout of %s, and of nothing longer than its long poll and a little',
    async (_, source) => {
      const queueUrl = 'https://sqs.test/000000000000/tap'
      const context = makeContext({
        settings: {
          flow: [{ queue: 'orders' }],
          sources: {
            'email-outcomes': { queueUrl },
            'email-counts': { metrics: [{ counts: 'attempted', namespace: 'Logs', name: 'Attempted' }] },
            profiles: { queueUrl },
          },
        },
        sentry: { url: upstream.url, org: 'tis', token: 'secret-token' },
      })
      const startMs = Date.now()
      await expect(source.poll(context)).rejects.toMatchObject({ name: 'SourceError', reason: 'timeout' })
      const longPollMs = source.everySeconds(context.settings) === 0 ? 10_000 : 0
      expect(Date.now() - startMs).toBeLessThan(25_000 + longPollMs)
      expect([...context.calls.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0)
    },
  )
})
