import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { reportToSentry } from './report-error.ts'
import { get, NOW, useSentryServer } from './fixtures/use-sentry-server.ts'

const start = useSentryServer()

describe('ingest', () => {
  test('takes an envelope from a service, and it is in the issues and the count at once', async () => {
    const server = await start({ hasPast: false, now: Date.now })
    await reportToSentry({
      dsn: server.dsnOf('tis-trainee-sync'),
      environment: 'demo',
      error: new TypeError('No class found'),
      release: 'tis-trainee-sync@1.18.2',
    })
    const issues = z
      .array(
        z.object({
          title: z.string(),
          count: z.string(),
          project: z.object({ slug: z.string() }),
          permalink: z.string(),
        }),
      )
      .parse(
        await (
          await get(server, 'issues', [
            ['environment', 'demo'],
            ['statsPeriod', '1h'],
          ])
        ).json(),
      )
    expect(issues).toMatchObject([
      { title: 'TypeError: No class found', count: '1', project: { slug: 'tis-trainee-sync' } },
    ])
    expect(
      await (
        await get(server, 'issues', [
          ['environment', 'preprod'],
          ['statsPeriod', '1h'],
        ])
      ).json(),
    ).toEqual([])
  })

  test('refuses a wrong key', async () => {
    const server = await start({ hasPast: false })
    const answer = await fetch(`${server.url}/api/102/envelope/`, {
      method: 'POST',
      headers: { 'x-sentry-auth': 'Sentry sentry_key=00' },
      body: '{}',
    })
    expect(answer.status).toBe(403)
    expect(server.store.listEvents({ fromMs: 0, toMs: NOW * 2 })).toEqual([])
  })
})
