import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import type { QueueFlow, Reading } from '#lib/domain/reading.ts'
import { detectors } from '#lib/detect/index.ts'
import { addEntry, listEntries } from '#lib/store/incident-entries.ts'
import { getIncident, listIncidents } from '#lib/store/incidents.ts'
import { anOutcomeEvent, aQueue, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { applyReadings } from './apply-readings.ts'
import { createChangeLog } from './change-log.ts'
import type { CollectContext } from './collect-context.ts'
import { until } from './fixtures/collecting.ts'
import { runTicks } from './tick.ts'

const MINUTE_MS = 60_000
const at = (minute: number): number => INCIDENT_DAY_MS + minute * MINUTE_MS

const settings = settingsSchema.parse({
  slack: { channel: '#incidents' },
  flow: [{ queue: 'profile-created', service: 'sync' }],
})

const flow = (minute: number, given: Partial<QueueFlow> = {}): QueueFlow => ({
  queue: 'profile-created',
  atMs: at(minute),
  periodSeconds: 60,
  sent: 2,
  received: 8,
  deleted: 0,
  oldestAgeSeconds: null,
  ...given,
})

/** What a source tells of CloudWatch: the events for detectors and the samples that are counted later. */
const flows = (...told: readonly QueueFlow[]): Reading[] => [
  { kind: 'flows', flows: told, isBackfill: false },
  {
    kind: 'samples',
    samples: told.map(({ queue, atMs, deleted }) => ({
      series: `cloudwatch/${queue}/deleted`,
      atMs,
      value: deleted,
    })),
    isBackfill: false,
  },
]

const email = (ref: string, minute: number, status: 'failed' | 'delivered'): Reading => ({
  kind: 'outcomes',
  events: [anOutcomeEvent({ notificationId: ref, status, atMs: at(minute), facts: { personRef: ref } })],
  isBackfill: false,
})

describeStores('incidents of what is read', ({ db }) => {
  const running: (() => Promise<void>)[] = []
  afterEach(async () => {
    await Promise.all(running.splice(0).map((stop) => stop()))
  })

  const apply = (minute: number, readings: readonly Reading[]) =>
    db().transaction((tx) =>
      applyReadings(tx, readings, { source: 'cloudwatch-metrics', atMs: at(minute), settings, secret: undefined }),
    )
  function startTicks(minute: number) {
    const stopping = new AbortController()
    const published: string[] = []
    const log = pino({ level: 'silent' })
    const context: CollectContext = {
      sources: [],
      notifiers: [],
      detectors,
      env: readEnv({}).env,
      settings,
      withStore: (work) => work(db()),
      publish: (topics) => published.push(...topics),
      log,
      changes: createChangeLog(log),
      holder: `test ${Math.random()}`,
      nowMs: () => at(minute),
    }
    const ended = runTicks(context, stopping.signal, 20)
    running.push(async () => {
      stopping.abort()
      await ended
    })
    return published
  }
  const tell = (text: string) =>
    addEntry(db().orm, { incident: 1, atMs: at(5), kind: 'redrive', actor: 'Omar Reid', text, data: {} })

  const replies = async () => {
    const { rows } = await db().orm.execute<{ text: string }>(
      `select payload->>'text' as text from outbox where kind = 'thread' order by id`,
    )
    return rows.map(({ text }) => text)
  }

  test('begin in the transaction that finds it, and end at a tick when messages and e-mails go through', async () => {
    const queues: Reading = { kind: 'queues', queues: [aQueue()], atMs: at(0), isComplete: true }
    const { topics } = await apply(4, [queues, email('900001', 2, 'failed'), ...flows(flow(0), flow(1), flow(2))])
    expect(topics).toEqual(expect.arrayContaining(['findings', 'incidents']))
    expect(await getIncident(db().orm, 1)).toMatchObject({
      title: 'profile-created: 6 sent, 0 processed',
      sinceMs: at(0),
      openedMs: at(4),
      peopleAffected: 1,
    })
    await apply(30, flows(flow(28, { sent: 0, deleted: 6 })))
    expect(await getIncident(db().orm, 1)).toMatchObject({ state: 'open', healingMs: at(28) })
    const published = startTicks(31)
    await until(async () =>
      expect((await getIncident(db().orm, 1)).waitingFor).toBe('1 person is still without their onboarding e-mail'),
    )
    await apply(31, [email('900001', 30, 'delivered')])
    await until(async () => expect(await getIncident(db().orm, 1)).toMatchObject({ state: 'resolved' }))
    expect(published).toContain('incidents')
    expect((await listEntries(db().orm, 1)).at(-1)?.text).toBe(
      'Over on evidence: profile-created: 6 processed; the one person affected has their onboarding e-mail',
    )
  })

  test('are not made of history', async () => {
    await apply(4, [{ kind: 'flows', flows: [flow(0), flow(1), flow(2)], isBackfill: true }])
    expect(await listIncidents(db().orm, { limit: 1 })).toEqual([])
  })

  test('tell at a tick what others put into their story, once', async () => {
    await apply(4, flows(flow(0), flow(1), flow(2)))
    await tell('R-1: started')
    startTicks(6)
    await until(async () => expect(await replies()).toEqual(['R-1: started']))
    await tell('R-1: the first message was processed')
    await until(async () => expect(await replies()).toHaveLength(2))
    expect(await replies()).toEqual(['R-1: started', 'R-1: the first message was processed'])
  })
})
