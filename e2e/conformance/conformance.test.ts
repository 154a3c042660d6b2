import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { RequestLog } from '#world/request-log.ts'
import { startSqsServer } from '#world/sqs/server.ts'
import type { SqsServer } from '#world/sqs/server.ts'

import { ALL_CHECKS } from './all-checks.ts'
import { startSuite } from './run-suite.ts'
import type { Outcome } from './run-suite.ts'

/** The retention check needs a server that accepts a period shorter than AWS's minimum, and no other check does. */
const RETENTION_SECONDS = 2
const servers: SqsServer[] = []
let suite: { outcomes: Promise<Outcome>[]; finished: Promise<void> }

beforeAll(async () => {
  const main = await startSqsServer({ log: new RequestLog() })
  const limits = { minimumRetentionSeconds: RETENTION_SECONDS }
  const twin = await startSqsServer({ log: new RequestLog(), limits })
  servers.push(main, twin)
  const retention = { endpoint: twin.endpoint, seconds: RETENTION_SECONDS }
  suite = startSuite({ endpoint: main.endpoint, region: 'eu-west-2', retention }, ALL_CHECKS)
})

afterAll(async () => {
  await suite.finished
  for (const server of servers) await server.stop()
})

describe('our SQS server behaves as AWS documents', () => {
  it('is judged by checks with ids of their own', () => {
    expect(ALL_CHECKS.length).toBeGreaterThanOrEqual(100)
    expect(new Set(ALL_CHECKS.map(({ id }) => id)).size).toBe(ALL_CHECKS.length)
  })

  it.each(ALL_CHECKS.map((check, index) => ({ index, name: `${check.id}: ${check.title}` })))(
    '$name',
    async ({ index }) => {
      const outcome = await suite.outcomes[index]
      expect(outcome?.reason).toBeUndefined()
      expect(outcome?.result).toBe('pass')
    },
    120_000,
  )
})
