import { beforeEach, expect, it } from 'vitest'
import { dropSingleton } from '#lib/config/singleton.ts'
import { closeDb } from '#lib/store/db.ts'
import { enqueue } from '#lib/store/outbox.ts'
import { acquireLease, sourceLease } from '#lib/store/leases.ts'
import { recordFailure, recordOk } from '#lib/store/source-states.ts'
import { asProcessEnv, asProcessStore } from '#lib/testing/as-process-store.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { readHealth } from './read-health.ts'

const sourceOf = (health: Awaited<ReturnType<typeof readHealth>>, id: string) =>
  health.sources.find((source) => source.id === id)

describeStores('health', ({ db }) => {
  beforeEach(() => {
    dropSingleton('settings')
    dropSingleton('store-outage')
    asProcessEnv({ SPILLWAY_CONFIG: 'no-such-file.yaml', AWS_REGION: 'eu-west-2' })
    asProcessStore(db())
  })

  it('tells state and age of each source, and words only to people', async () => {
    await recordOk(db().orm, 'sqs', Date.now() - 7_000, null)
    await recordFailure(db().orm, 'cloudwatch-alarms', Date.now(), 'denied', 'not allowed: cloudwatch:DescribeAlarms')
    const health = await readHealth(false)
    expect(health).toMatchObject({ status: 'degraded', store: { state: 'ok' } })
    expect(sourceOf(health, 'sqs')).toEqual({ id: 'sqs', state: 'ok', ageSeconds: 7 })
    expect(sourceOf(health, 'cloudwatch-alarms')).toEqual({
      id: 'cloudwatch-alarms',
      state: 'failing',
      ageSeconds: null,
    })
    expect(sourceOf(await readHealth(true), 'cloudwatch-alarms')?.message).toContain('DescribeAlarms')
  })

  it('tells a source that no process reads any more as not read, and what to do only to people', async () => {
    const hour = 3_600_000
    await recordOk(db().orm, 'sqs', Date.now() - hour, null)
    const health = await readHealth(false)
    expect(health.status).toBe('degraded')
    expect(sourceOf(health, 'sqs')).toEqual({ id: 'sqs', state: 'not-read', ageSeconds: expect.any(Number) })
    const told = async () => sourceOf(await readHealth(true), 'sqs')
    expect(await told()).toMatchObject({ message: expect.stringMatching(/^No process of Spillway reads: start one/) })
    await acquireLease(db(), { name: sourceLease('cloudwatch-alarms'), holder: 'a', ttlSeconds: 60 })
    expect(await told()).toMatchObject({ message: expect.stringMatching(/^No process of Spillway reads it: give/) })
  })

  it('is ok when every connected source is seen', async () => {
    for (const id of ['sqs', 'cloudwatch-metrics', 'cloudwatch-alarms']) await recordOk(db().orm, id, Date.now(), null)
    const health = await readHealth(false)
    expect(health.sources.filter(({ state }) => state === 'failing')).toEqual([])
    expect(health.status).toBe('ok')
  })

  it('says how many messages wait for a channel that is not connected, and words only to people', async () => {
    await db().orm.transaction(async (tx) => {
      for (const key of ['a', 'b'])
        await enqueue(tx, {
          incident: 1,
          channel: 'slack',
          kind: 'thread',
          dedupeKey: key,
          payload: { kind: 'story', incident: 1, atMs: 1, truth: null, actor: 'Rita', text: key, isBroadcast: false },
          atMs: Date.now(),
        })
    })
    expect((await readHealth(false)).channels).toEqual([{ id: 'slack', state: 'not-configured', waiting: 2 }])
    expect((await readHealth(true)).channels[0]?.message).toMatch(
      /^Slack is not connected; 2 messages wait\. Set SLACK_BOT_TOKEN/,
    )
  })

  it('is down when the store does not answer, and says since when', async () => {
    dropSingleton('db')
    asProcessEnv({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })
    expect(await readHealth(false)).toEqual({
      status: 'down',
      store: { state: 'down', sinceSeconds: 0 },
      sources: [],
      channels: [],
    })
    await closeDb()
  })
})
