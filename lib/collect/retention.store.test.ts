import { expect, test } from 'vitest'
import { pino } from 'pino'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { addCalls, listCalls } from '#lib/store/api-calls.ts'
import { startBoss } from '#lib/store/jobs.ts'
import { listPartitions } from '#lib/store/partitions.ts'
import { countQuarantined, insertUnreadable } from '#lib/store/quarantine.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { getSession, insertSession, revokeSession } from '#lib/store/sessions.ts'
import { aSample } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { createChangeLog } from './change-log.ts'
import { runJobs } from './jobs.ts'
import { keepRetention } from './retention.ts'

const DAY_MS = 86_400_000

/** Name of the partition of samples that a moment lies in. */
const monthOf = (ms: number): string => `sample_${new Date(ms).toISOString().slice(0, 7).replace('-', '_')}`

describeStores('retention', ({ db }) => {
  const settings = settingsSchema.parse({ retention: { samplesDays: 30, quarantineDays: 7 } })

  test('drops what is older than the settings keep and makes room for the months to come', async () => {
    const nowMs = Date.now()
    const old = aSample({ atMs: nowMs - 200 * DAY_MS })
    await db().transaction(async (tx) => {
      await insertSamples(tx, [old, aSample({ atMs: nowMs })], { isBackfill: false })
      const message = { messageId: 'm1', body: '{}', reason: 'id: is missing' }
      await insertUnreadable(tx, 'email-outcomes', [message], 'a secret of thirty-two characters', nowMs - 8 * DAY_MS)
      await insertUnreadable(
        tx,
        'email-outcomes',
        [{ ...message, messageId: 'm2' }],
        'a secret of thirty-two characters',
        nowMs,
      )
    })
    const kept = await keepRetention(db(), settings, nowMs)
    expect(kept).toMatchObject({ partitions: expect.arrayContaining([monthOf(old.atMs)]), quarantined: 1 })
    const partitions = await listPartitions(db().orm, 'sample')
    expect(partitions).toContain(monthOf(nowMs + 62 * DAY_MS))
    expect(partitions).not.toContain(monthOf(old.atMs))
    expect(await countQuarantined(db().orm)).toBe(1)
    expect(await keepRetention(db(), settings, nowMs)).toEqual({
      partitions: [],
      quarantined: 0,
      sessions: 0,
      calls: 0,
    })
  })

  test('drops sessions a month after their end and calls after a year and a month', async () => {
    const nowMs = Date.now()
    const session = { sub: 's', name: 'Vera', role: 'viewer', createdAtMs: nowMs - 90 * DAY_MS } as const
    const day = (days: number): number => nowMs + days * DAY_MS
    const call = { service: 'sqs', operation: 'ListQueues', count: 1 }
    await db().transaction(async (tx) => {
      await insertSession(tx, { ...session, id: 'running', expiresAtMs: day(1) })
      await insertSession(tx, { ...session, id: 'just ended', expiresAtMs: day(-29) })
      await insertSession(tx, { ...session, id: 'long ended', expiresAtMs: day(-31) })
      await insertSession(tx, { ...session, id: 'long revoked', expiresAtMs: day(1) })
      await revokeSession(tx, 'long revoked', day(-31))
      await addCalls(tx, [call], day(-399))
      await addCalls(tx, [call], day(-402))
    })
    expect(await keepRetention(db(), settings, nowMs)).toMatchObject({ sessions: 2, calls: 1 })
    const isKept = (id: string): Promise<boolean> => getSession(db().orm, id).then((found) => found !== null)
    expect(await Promise.all(['running', 'just ended', 'long ended', 'long revoked'].map(isKept))).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(await listCalls(db().orm, 0)).toHaveLength(1)
  })

  test('is a job that is scheduled once however many processes start it, and that ends in time', async () => {
    const log = pino({ level: 'silent' })
    const context = {
      sources: [],
      detectors: [],
      notifiers: [],
      env: readEnv({}).env,
      settings,
      withStore: <T>(work: (store: ReturnType<typeof db>) => Promise<T>): Promise<T> => work(db()),
      publish: () => {},
      log,
      changes: createChangeLog(log),
      holder: 'test',
      nowMs: () => Date.now(),
    }
    const stopping = new AbortController()
    const ended = Promise.all([runJobs(context, stopping.signal), runJobs(context, stopping.signal)])
    const boss = await startBoss(db())
    try {
      await expect.poll(() => boss.getSchedules()).toHaveLength(1)
      expect((await boss.getSchedules())[0]).toMatchObject({ name: 'retention', cron: '23 * * * *' })
    } finally {
      await boss.stop({ graceful: false })
      stopping.abort()
      const startedMs = Date.now()
      await ended
      expect(Date.now() - startedMs).toBeLessThan(5_000)
    }
  })
})
