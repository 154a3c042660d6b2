import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema, type Settings, type SettingsInput } from '#lib/config/settings.ts'
import { dropSingleton } from '#lib/config/singleton.ts'
import type { Role } from '#lib/domain/role.ts'
import { seriesOf, type Sample } from '#lib/domain/sample.ts'
import type { Viewer } from '#lib/domain/viewer.ts'
import { addCalls } from '#lib/store/api-calls.ts'
import { replaceAlarms } from '#lib/store/alarms.ts'
import type { Db, Tx } from '#lib/store/db.ts'
import { applyFinding } from '#lib/store/findings.ts'
import { closeGap, openGap } from '#lib/store/gaps.ts'
import { insertMarks } from '#lib/store/marks.ts'
import { applyOutcomeEvents } from '#lib/store/outcomes.ts'
import { insertProfiles } from '#lib/store/profiles.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { recordFailure, recordOk } from '#lib/store/source-states.ts'
import { createToken } from '#lib/store/tokens.ts'
import { aFinding, aMark, anAlarm, anOutcomeEvent, aProfile, aQueue } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { loadEmails } from './emails/query.ts'
import { loadOverview } from './overview/query.ts'
import { loadQueue } from './queue/query.ts'
import { unpackSpark } from './queues/spark-text.ts'
import { loadQueues } from './queues/query.ts'
import type { ViewContext } from './read-view.ts'
import { SERVICE_HISTORY_SLOT } from '#lib/store/service-history.ts'
import { loadSettingsPage } from './settings/query.ts'
import { loadWall } from './wall/query.ts'

const NOW = Date.UTC(2024, 10, 7, 15, 0)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const at = (time: string): number => Date.parse(`2024-11-07T${time}:00Z`)

const CONNECTED: SettingsInput = {
  sources: { 'email-outcomes': { queueUrl: 'http://127.0.0.1:9324/000000000000/outcomes' } },
  flow: [
    { queue: 'profile-created', service: 'sync', sentryProject: 'sync', profilesIn: true },
    { queue: 'request.fifo', label: 'full sync', service: 'details' },
  ],
}
const ENV = {
  AWS_REGION: 'eu-west-2',
  SPILLWAY_SECRET: 'a secret of thirty-two characters',
  SENTRY_ORG: 'hee',
  SENTRY_AUTH_TOKEN: 't'.repeat(20),
}
const ALL = ['sqs', 'cloudwatch-metrics', 'cloudwatch-alarms', 'sentry', 'email-outcomes'] as const

function viewer(role: Role): Viewer {
  return { kind: 'person', sessionId: 's', sub: 'u', name: 'Uma', role }
}

interface Given {
  readonly input?: SettingsInput
  readonly env?: Record<string, string>
  readonly role?: Role
  readonly nowMs?: number
}

function contextOf(db: Db, { input = CONNECTED, env = ENV, role = 'viewer', nowMs = NOW }: Given = {}): ViewContext {
  const settings: Settings = settingsSchema.parse(input)
  const { timeZone } = settings.team
  return { viewer: viewer(role), db, tx: db.orm, nowMs, timeZone, settings, env: readEnv(env).env }
}

const QUEUES = [
  aQueue({ name: 'profile-created' }),
  aQueue({ name: 'request.fifo', dlqArn: aQueue({ name: 'request-dlq.fifo' }).arn, maxReceiveCount: 3 }),
  aQueue({ name: 'request-dlq.fifo', retentionSeconds: 1_209_600 }),
  aQueue({ name: 'outcomes' }),
  aQueue({ name: 'reports' }),
]

function depth(queue: string, atMs: number, visible: number, inFlight = 0): Sample[] {
  return [
    { series: seriesOf.depth(queue, 'visible'), atMs, value: visible },
    { series: seriesOf.depth(queue, 'in-flight'), atMs, value: inFlight },
    { series: seriesOf.depth(queue, 'delayed'), atMs, value: 0 },
  ]
}

function flow(
  queue: string,
  atMs: number,
  counts: readonly [sent: number, received: number, deleted: number],
): Sample[] {
  const [sent, received, deleted] = counts
  return [
    { series: seriesOf.flow(queue, 'sent'), atMs, value: sent },
    { series: seriesOf.flow(queue, 'received'), atMs, value: received },
    { series: seriesOf.flow(queue, 'deleted'), atMs, value: deleted },
  ]
}

const live = { isBackfill: false } as const

/** A system in which everything answers and nothing is wrong. */
async function storeHealthy(tx: Tx): Promise<void> {
  dropSingleton(SERVICE_HISTORY_SLOT)
  await upsertQueues(tx, QUEUES, NOW - 10_000, true)
  await insertSamples(
    tx,
    [
      ...QUEUES.flatMap(({ name }) => [...depth(name, NOW - HOUR + 5000, 0), ...depth(name, NOW - 10_000, 0)]),
      ...flow('profile-created', NOW - 10 * MINUTE, [4, 5, 4]),
      ...flow('profile-created', NOW - 5 * MINUTE, [3, 3, 3]),
      { series: seriesOf.sentryErrors('sync', 'prod'), atMs: NOW - 3 * DAY, value: 2 },
      { series: seriesOf.sentryErrors('sync', 'prod'), atMs: NOW - 2 * MINUTE, value: 0 },
    ],
    live,
  )
  await applyOutcomeEvents(tx, [anOutcomeEvent({ notificationId: 'well', atMs: NOW - 2 * HOUR })], live)
  for (const source of ALL) await recordOk(tx, source, NOW - 10_000, null)
}

const LEAK = aFinding({
  detector: 'flow-parity',
  subject: { kind: 'queue', id: 'profile-created' },
  title: 'profile-created: 6 sent, 0 processed',
  sinceMs: at('14:21'),
  evidence: { sent: 6, received: 30, deleted: 0 },
})

async function storeLeak(tx: Tx): Promise<void> {
  await applyFinding(tx, LEAK, LEAK.detector, LEAK.subject, NOW)
}

function failedFor(ref: string, atMs: number): ReturnType<typeof anOutcomeEvent> {
  return anOutcomeEvent({ notificationId: `f${ref}`, status: 'failed', atMs, facts: { personRef: ref } })
}

describeStores('pages over a healthy system', ({ db }) => {
  beforeEach(() => db().transaction(storeHealthy))

  test('the overview says that everyone has their e-mail, and shows the flow as messages travel', async () => {
    const page = await loadOverview(contextOf(db()))
    expect(page.headline).toMatchObject({ truth: 'ok', text: 'Everyone has their onboarding e-mail.' })
    expect(page.people).toMatchObject({ named: 0, byFailure: 0, byOverdue: 0, byNoNotification: null, countable: null })
    expect(page.flow.map((stage) => [stage.kind, stage.kind === 'queue' ? stage.row.label : stage.truth])).toEqual([
      ['queue', 'profile-created'],
      ['service', 'ok'],
      ['queue', 'full sync'],
      ['service', 'unknown'],
      ['emails', 'ok'],
    ])
    expect(page.flow[0]).toMatchObject({
      windowMinutes: 60,
      leak: null,
      row: { truth: 'ok', word: 'flowing', sent: 7, received: 8, deleted: 7, visible: 0, flowAsOfMs: NOW - 5 * MINUTE },
    })
    expect(page.flow[1]).toMatchObject({ name: 'sync', word: 'no errors', errors: 0 })
    expect(page.flow[3]).toMatchObject({ name: 'details', word: 'not watched', errors: null })
    expect(page.flow[4]).toMatchObject({ delivered: 1, accepted: 0, failed: 0, word: 'nobody without' })
    expect(page.blind.map(({ id }) => id)).toEqual(['profiles'])
  })

  test('queues outside the flow stay off the overview while they need no look', async () => {
    const page = await loadOverview(contextOf(db()))
    expect(page.queues).toEqual([])
    expect([page.queueCount, page.otherQueues]).toEqual([5, 2])
  })

  test('without a flow the table of queues carries the overview', async () => {
    const page = await loadOverview(contextOf(db(), { input: { ...CONNECTED, flow: [] } }))
    expect(page.flow).toEqual([])
    expect(page.queues.map(({ name }) => name)).toEqual([
      'outcomes',
      'profile-created',
      'reports',
      'request.fifo',
      'request-dlq.fifo',
    ])
    expect(page.headline.text).toBe('Everyone we know of has their onboarding e-mail.')
  })

  test('an idle queue has no figures from CloudWatch, and is quiet because its depth was read as zero', async () => {
    const { row } = await loadQueue({ name: 'reports', range: '1h' }, contextOf(db()))
    expect(row).toMatchObject({
      truth: 'ok',
      word: 'quiet',
      visible: 0,
      sent: null,
      deleted: null,
      received: null,
      flowAsOfMs: null,
    })
  })

  test('dead-letter queues stand under their source', async () => {
    const { rows, headline } = await loadQueues(contextOf(db()))
    const names = rows.map(({ name }) => name)
    expect(names.indexOf('request-dlq.fifo')).toBe(names.indexOf('request.fifo') + 1)
    expect(rows.find(({ name }) => name === 'request.fifo')?.dlq).toEqual({
      name: 'request-dlq.fifo',
      letters: 0,
      unknownSinceMs: null,
      truth: 'ok',
    })
    expect(rows.find(({ name }) => name === 'request-dlq.fifo')?.deadLetterOf).toEqual(['request.fifo'])
    expect(headline.text).toBe('All 5 queues are read, and none needs a hand.')
  })

  test('a sparkline has a null for each bucket without a reading', async () => {
    const { rows } = await loadQueues(contextOf(db()))
    const spark = unpackSpark(rows[0]?.spark ?? '')
    // 15:00 has only begun and has no reading: the hour ends with 14:59.
    expect(spark).toHaveLength(59)
    expect(spark.filter((value) => value !== null)).toHaveLength(1)
    expect(spark.at(-1)).toBe(0)
  })

  test('people known by their profile alone are counted when profiles are connected, and listed longest first', async () => {
    await db().transaction(async (tx) => {
      await insertProfiles(tx, [aProfile({ ref: '123456', createdAtMs: NOW - 2 * DAY })], NOW)
      await insertProfiles(tx, [aProfile({ ref: '777777', createdAtMs: NOW - HOUR })], NOW)
      await applyOutcomeEvents(tx, [failedFor('900001', NOW - 3 * HOUR)], live)
    })
    const input = { ...CONNECTED, sources: { ...CONNECTED.sources, profiles: {} } }
    const page = await loadEmails({ range: '24h' }, contextOf(db(), { input }))
    expect(page.people).toMatchObject({
      named: 2,
      byFailure: 1,
      byOverdue: 0,
      byNoNotification: 1,
      sinceMs: NOW - 2 * DAY,
    })
    expect(page.persons.map(({ ref, why }) => [ref, why])).toEqual([
      ['1•••56', 'no notification at all'],
      ['9•••01', 'no e-mail address'],
    ])
    expect(page.headline.text).toBe('2 people are without their onboarding e-mail, the first since 5 Nov 15:00.')
    expect(page.reasons).toEqual([{ reason: 'no_email_address', label: 'no e-mail address', open: 1, share: 1 }])
    expect(page.totals).toMatchObject({ delivered: 1, failed: 1 })
  })

  test.each([
    ['viewer', '9•••01'],
    ['responder', '9•••01'],
    ['operator', '900001'],
    ['admin', '900001'],
  ] as const)('a %s reads a person’s reference as %s', async (role, shown) => {
    await db().transaction((tx) => applyOutcomeEvents(tx, [failedFor('900001', NOW - HOUR)], live))
    const page = await loadEmails({ range: '1h' }, contextOf(db(), { role }))
    expect(page.persons[0]?.ref).toBe(shown)
  })

  test('a failure that names nobody is not passed over: it is not known who is without', async () => {
    const office = anOutcomeEvent({
      notificationId: 'o',
      status: 'failed',
      facts: { personRef: null, isLocalOffice: true },
    })
    await db().transaction((tx) => applyOutcomeEvents(tx, [office], live))
    expect((await loadOverview(contextOf(db()))).headline.truth).toBe('ok')
    const nobody = anOutcomeEvent({ notificationId: 'x', status: 'failed', facts: { personRef: null } })
    await db().transaction((tx) => applyOutcomeEvents(tx, [nobody], live))
    const { headline, flow: stages } = await loadOverview(contextOf(db()))
    expect(headline.text).toContain('one onboarding e-mail failed that names nobody')
    expect(stages.at(-1)).toMatchObject({ truth: 'unknown', word: 'failed, not named' })
  })

  test('the wall holds no reference of a person', async () => {
    await db().transaction((tx) => applyOutcomeEvents(tx, [failedFor('900001', NOW - HOUR)], live))
    const wall = await loadWall(contextOf(db()))
    expect(JSON.stringify(wall)).not.toContain('900001')
    expect(wall.tiles[0]).toMatchObject({
      id: 'people',
      truth: 'bad',
      figure: 1,
      word: '1 without',
      sinceMs: NOW - HOUR,
    })
    expect(wall.tiles.length).toBeLessThanOrEqual(7)
  })

  test('an hour without failures is a zero only while the source was seen', async () => {
    const { emailChart } = await loadOverview(contextOf(db()))
    const failed = emailChart.series.find(({ id }) => id === 'failed')?.points ?? []
    const first = Math.floor((NOW - 2 * HOUR) / HOUR) * HOUR
    expect(failed.length).toBeLessThanOrEqual(300)
    expect(failed.filter(([atMs]) => atMs < first).every(([, value]) => value === null)).toBe(true)
    expect(failed.filter(([atMs]) => atMs >= first).map(([, value]) => value)).toEqual([0, 0])
    expect(emailChart.note).toBe('The first e-mail that Spillway knows of is from 13:00.')
  })
})

describeStores('pages while something is wrong', ({ db }) => {
  beforeEach(() => db().transaction(storeHealthy))

  test('a leak is bad, stands in the sentence, and counts the profiles that nobody can name', async () => {
    await db().transaction(async (tx) => {
      await storeLeak(tx)
      await applyOutcomeEvents(tx, [failedFor('900001', at('14:30')), failedFor('900002', at('09:00'))], live)
    })
    const page = await loadOverview(contextOf(db()))
    expect(page.people).toMatchObject({ named: 2, countable: 5 })
    expect(page.headline.text).toBe(
      '2 people are without their onboarding e-mail, all with no e-mail address, 1 of them since 14:21, and about 5 profiles that we can count but not name; profile-created: 6 sent, 0 processed since 14:21.',
    )
    expect(page.flow[0]).toMatchObject({
      leak: '6 sent, 0 processed',
      leakSinceMs: at('14:21'),
      row: { truth: 'bad', word: '6 sent, 0 processed', sinceMs: at('14:21') },
    })
    expect(page.findings).toMatchObject([{ title: LEAK.title, truth: 'bad', href: '/queues/profile-created' }])
    const wall = await loadWall(contextOf(db()))
    expect(wall.tiles.find(({ label }) => label === 'profile-created')).toMatchObject({
      truth: 'bad',
      word: '6 sent, 0 processed',
      sinceMs: at('14:21'),
    })
  })

  test('whoever was re-sent their e-mail is not counted among those that nobody can name', async () => {
    await db().transaction(async (tx) => {
      await storeLeak(tx)
      await applyOutcomeEvents(tx, [failedFor('900001', at('14:30')), failedFor('900003', at('14:31'))], live)
      await applyOutcomeEvents(tx, [{ ...failedFor('900001', at('14:40')), status: 'delivered', reason: 'none' }], live)
    })
    const { people } = await loadOverview(contextOf(db()))
    expect(people).toMatchObject({ named: 1, countable: 4 })
  })

  test('with profiles connected nobody is counted twice', async () => {
    await db().transaction(storeLeak)
    const input = { ...CONNECTED, sources: { ...CONNECTED.sources, profiles: {} } }
    const page = await loadOverview(contextOf(db(), { input }))
    expect(page.people.countable).toBeNull()
    expect(page.headline.text).toBe('profile-created: 6 sent, 0 processed since 14:21.')
  })

  test('more people named than messages sent never makes the rest negative', async () => {
    await db().transaction(async (tx) => {
      await storeLeak(tx)
      await applyOutcomeEvents(
        tx,
        Array.from({ length: 9 }, (_, n) => failedFor(`90000${n}`, at('14:30'))),
        live,
      )
    })
    const { people } = await loadOverview(contextOf(db()))
    expect(people).toMatchObject({ named: 9, countable: null })
  })

  test('dead letters are bad on their queue and shown under its source', async () => {
    await db().transaction((tx) => insertSamples(tx, depth('request-dlq.fifo', NOW - 5000, 11, 1), live))
    const { rows, headline } = await loadQueues(contextOf(db()))
    expect(rows.map(({ name }) => name).slice(0, 2)).toEqual(['request.fifo', 'request-dlq.fifo'])
    expect(rows[0]).toMatchObject({ truth: 'ok', dlq: { letters: 12, unknownSinceMs: null, truth: 'bad' } })
    expect(rows[1]).toMatchObject({ truth: 'bad', word: '12 dead letters' })
    expect(headline.text).toBe('request-dlq.fifo: 12 dead letters.')
  })

  test('an alarm is bad on the queue that it names', async () => {
    await db().transaction((tx) =>
      replaceAlarms(
        tx,
        [anAlarm({ name: 'reports-age', queue: 'reports', state: 'alarm', stateSinceMs: at('13:00') })],
        NOW,
      ),
    )
    const page = await loadQueue({ name: 'reports', range: '1h' }, contextOf(db()))
    expect(page.row).toMatchObject({ truth: 'bad', word: 'in alarm', sinceMs: at('13:00') })
    expect(page.headline.text).toBe('reports: in alarm since 13:00.')
    expect(page.alarms).toMatchObject([{ name: 'reports-age', hasAction: true, state: 'alarm' }])
    const { queues } = await loadOverview(contextOf(db()))
    expect(queues.map(({ name }) => name)).toEqual(['reports'])
  })

  test('Sentry telling nothing is unknown while the project has never sent', async () => {
    const input: SettingsInput = {
      ...CONNECTED,
      flow: [{ queue: 'reports', service: 'reports', sentryProject: 'mute' }],
    }
    await db().transaction((tx) =>
      insertSamples(tx, [{ series: seriesOf.sentryErrors('mute', 'prod'), atMs: NOW - MINUTE, value: 0 }], live),
    )
    const { flow: stages } = await loadOverview(contextOf(db(), { input }))
    expect(stages[1]).toMatchObject({ kind: 'service', truth: 'unknown', word: 'has never sent' })
  })

  test('a service that reads several queues is judged by the project that one of them names, once for queues in a row', async () => {
    const input: SettingsInput = {
      ...CONNECTED,
      flow: [
        { queue: 'reports', service: 'sync', sentryProject: 'sync' },
        { queue: 'profile-created', service: 'sync' },
        { queue: 'request.fifo', service: 'details' },
        { queue: 'outcomes', service: 'sync' },
      ],
    }
    await db().transaction((tx) =>
      insertSamples(tx, [{ series: seriesOf.sentryErrors('sync', 'prod'), atMs: NOW - MINUTE, value: 12 }], live),
    )
    const { flow: stages } = await loadOverview(contextOf(db(), { input }))
    const services = stages.flatMap((stage) => (stage.kind === 'service' ? [[stage.name, stage.errors]] : []))
    expect(services).toEqual([
      ['sync', 12],
      ['details', null],
      ['sync', 12],
    ])
  })

  test('errors above what is usual are bad, and say what is usual', async () => {
    await db().transaction((tx) =>
      insertSamples(tx, [{ series: seriesOf.sentryErrors('sync', 'prod'), atMs: NOW - MINUTE, value: 12 }], live),
    )
    const page = await loadOverview(contextOf(db()))
    expect(page.flow[1]).toMatchObject({ truth: 'bad', word: '12 errors, usually 0', errors: 12 })
    expect(page.headline.text).toBe('sync: 12 errors in the last hour.')
  })
})

describeStores('pages while something is not seen', ({ db }) => {
  beforeEach(() => db().transaction(storeHealthy))

  test('a reading older than two intervals is unknown since it was made, and its figure is still told', async () => {
    const nowMs = NOW + 2 * MINUTE
    const { rows } = await loadQueues(contextOf(db(), { nowMs }))
    for (const row of rows)
      expect(row).toMatchObject({
        truth: 'unknown',
        word: 'not seen',
        visible: 0,
        depthUnknownSinceMs: NOW - 10_000,
      })
  })

  test('a source that fails is unknown at once, never zero and never good', async () => {
    await db().transaction(async (tx) => {
      for (const source of ALL) {
        await recordFailure(tx, source, NOW - 5000, 'unreachable', `${source} does not answer.`)
        await openGap(tx, { source, scope: '*', reason: 'unreachable', message: 'x', fromMs: NOW - 5000 })
      }
    })
    const context = contextOf(db())
    const page = await loadOverview(context)
    expect(page.headline.truth).toBe('unknown')
    expect(page.headline.text).toContain('We cannot see 5 sources since 14:59')
    for (const stage of page.flow) expect(stage.kind === 'queue' ? stage.row.truth : stage.truth).toBe('unknown')
    expect(page.flow[0]).toMatchObject({ row: { sinceMs: NOW - 10_000, sent: 7, flowUnknownSinceMs: NOW - 10_000 } })
    expect(page.flow[1]).toMatchObject({ word: 'not seen', sinceMs: NOW - 10_000 })
    expect(page.flow[4]).toMatchObject({ word: 'not seen', sinceMs: NOW - 10_000, delivered: 1 })
    expect(page.flow[4]).toMatchObject({ unknownSinceMs: NOW - 10_000 })
    expect(page.flow[2]).toMatchObject({ row: { dlq: { letters: 0, unknownSinceMs: NOW - 10_000, truth: 'unknown' } } })
    const wall = await loadWall(context)
    expect(wall.tiles.filter(({ truth }) => truth === 'ok')).toEqual([])
    expect(wall.tiles.filter(({ figure }) => figure === 0)).toEqual([])
    expect((await loadEmails({ range: '24h' }, context)).headline.truth).toBe('unknown')
    expect((await loadSettingsPage(context)).headline.truth).toBe('unknown')
  })

  test('a leak that is no longer seen stays bad, and its figures say since when they are not seen', async () => {
    await db().transaction(storeLeak)
    const { flow: stages, headline } = await loadOverview(contextOf(db(), { nowMs: NOW + HOUR }))
    expect(stages[0]).toMatchObject({ row: { truth: 'bad', depthUnknownSinceMs: NOW - 10_000 } })
    expect(headline.truth).toBe('bad')
    expect(headline.text).toContain('profile-created: 6 sent, 0 processed since 14:21')
  })

  test('one queue that is denied leaves the others as they are, and is named', async () => {
    await db().transaction((tx) =>
      openGap(tx, { source: 'sqs', scope: 'reports', reason: 'denied', message: 'no', fromMs: at('14:58') }),
    )
    const { rows, headline, blind } = await loadQueues(contextOf(db()))
    expect(rows.filter(({ truth }) => truth === 'unknown').map(({ name }) => name)).toEqual(['reports'])
    expect(headline.text).toBe('We cannot see reports of SQS since 14:58; the last known state is shown.')
    expect(blind[0]).toMatchObject({
      id: 'sqs',
      parts: ['reports'],
      message: 'reports cannot be read: access was denied.',
    })
  })

  test('each part that is not seen is unknown since its own time', async () => {
    const gap = { reason: 'denied', message: 'no' } as const
    await db().transaction(async (tx) => {
      await openGap(tx, { ...gap, source: 'cloudwatch-metrics', scope: 'reports', fromMs: at('14:10') })
      await openGap(tx, { ...gap, source: 'cloudwatch-metrics', scope: 'profile-created', fromMs: at('14:50') })
      await openGap(tx, { ...gap, source: 'sentry', scope: 'releases', fromMs: at('14:20') })
      await openGap(tx, { ...gap, source: 'sentry', scope: 'sync', fromMs: at('14:55') })
    })
    const page = await loadOverview(contextOf(db()))
    expect(page.flow[0]).toMatchObject({ row: { flowUnknownSinceMs: at('14:50') } })
    expect(page.flow[1]).toMatchObject({ word: 'not seen', sinceMs: at('14:55'), unknownSinceMs: at('14:55') })
    expect(page.flow[2]).toMatchObject({ row: { flowUnknownSinceMs: null } })
  })

  test('what CloudWatch told stops counting where CloudWatch stopped', async () => {
    const lostMs = NOW - 30 * MINUTE
    await db().transaction(async (tx) => {
      await insertSamples(tx, flow('profile-created', lostMs - 50 * MINUTE, [10, 10, 10]), live)
      await recordOk(tx, 'cloudwatch-metrics', lostMs, null)
      await recordFailure(tx, 'cloudwatch-metrics', lostMs + MINUTE, 'timeout', 'no answer')
    })
    const { rows } = await loadQueues(contextOf(db()))
    const row = rows.find(({ name }) => name === 'profile-created')
    expect(row).toMatchObject({ sent: 10, flowUnknownSinceMs: lostMs, truth: 'ok' })
  })

  test('nobody is counted for an e-mail that may have gone out since outcomes were last seen', async () => {
    const lostMs = NOW - 30 * HOUR
    const planned = (ref: string, sentAtMs: number) =>
      anOutcomeEvent({
        notificationId: `p${ref}`,
        status: 'scheduled',
        atMs: NOW - 3 * DAY,
        facts: { personRef: ref, sentAtMs },
      })
    await db().transaction(async (tx) => {
      await insertProfiles(
        tx,
        [
          aProfile({ ref: '500001', createdAtMs: NOW - 60 * HOUR }),
          aProfile({ ref: '500002', createdAtMs: NOW - 40 * HOUR }),
        ],
        NOW,
      )
      await applyOutcomeEvents(tx, [planned('500003', NOW - 40 * HOUR), planned('500004', NOW - 29 * HOUR)], live)
      await tx.execute(sql`delete from outcome where id = 'well'`)
      await recordOk(tx, 'email-outcomes', lostMs, null)
    })
    const input = { ...CONNECTED, sources: { ...CONNECTED.sources, profiles: {} } }
    const load = () => loadEmails({ range: '24h' }, contextOf(db(), { input, role: 'operator' }))
    const page = await load()
    expect(page.persons.map(({ ref }) => ref)).toEqual(['500001', '500003'])
    expect(page.people).toMatchObject({ named: 2, byOverdue: 1, byNoNotification: 1 })
    // It answers again, and what waited meanwhile is read up to here.
    await db().transaction((tx) => recordOk(tx, 'email-outcomes', NOW, { readToMs: lostMs }))
    expect((await load()).people).toMatchObject({ named: 2, byOverdue: 1, byNoNotification: 1 })
    await db().transaction((tx) => recordOk(tx, 'email-outcomes', NOW, null))
    expect((await load()).people).toMatchObject({ named: 4, byOverdue: 2, byNoNotification: 2 })
  })

  test('a flow queue that SQS does not have is unknown', async () => {
    const input: SettingsInput = { ...CONNECTED, flow: [{ queue: 'missing', label: 'gone astray' }] }
    const { flow: stages } = await loadOverview(contextOf(db(), { input }))
    expect(stages[0]).toMatchObject({
      row: { label: 'gone astray', truth: 'unknown', word: 'not in SQS', visible: null },
    })
  })
})

describeStores('pages before there is anything to see', ({ db }) => {
  test('nothing connected teaches the first step on every page', async () => {
    const context = contextOf(db(), { input: {}, env: {} })
    const overview = await loadOverview(context)
    expect(overview.headline.truth).toBe('unknown')
    expect(overview.headline.text).toMatch(/^Nothing is connected yet, so nothing is known\. .*AWS_REGION/)
    expect(overview.people).toMatchObject({ named: null, byFailure: null, byOverdue: null, byNoNotification: null })
    expect(overview.flow).toEqual([])
    expect((await loadQueues(context)).headline.text).toMatch(/^Queues are not connected yet\. .*AWS_REGION/)
    expect((await loadEmails({ range: '24h' }, context)).headline.text).toContain('is not connected')
    const wall = await loadWall(context)
    expect(wall.tiles).toMatchObject([{ id: 'people', truth: 'unknown', figure: null, word: 'not connected' }])
    expect(wall.lastReadingMs).toBeNull()
  })

  test('connected and never read is unknown, not good', async () => {
    const context = contextOf(db())
    const overview = await loadOverview(context)
    expect(overview.headline).toMatchObject({ truth: 'unknown' })
    expect(overview.headline.text).toContain('“E-mail outcomes” and 4 others have not answered yet')
    expect(overview.flow).toMatchObject([
      { row: { truth: 'unknown', word: 'not read yet', visible: null } },
      { truth: 'unknown', errors: null },
      { row: { truth: 'unknown' } },
      { truth: 'unknown' },
      { truth: 'unknown', delivered: null, failed: null },
    ])
    expect((await loadQueues(context)).headline.truth).toBe('unknown')
  })

  test('profiles alone say nothing about e-mails: nobody is without while outcomes were never seen', async () => {
    await db().transaction((tx) => insertProfiles(tx, [aProfile({ createdAtMs: NOW - 9 * DAY })], NOW))
    for (const sources of [{ profiles: {} }, { ...CONNECTED.sources, profiles: {} }]) {
      const page = await loadOverview(contextOf(db(), { input: { sources } }))
      expect(page.people).toMatchObject({ named: null, byNoNotification: null })
      expect(page.headline.truth).toBe('unknown')
      expect(page.headline.text).toMatch(/We do not know yet whether everyone has their onboarding e-mail/)
    }
  })

  test('an import without a connected source is shown, and is no evidence of now', async () => {
    await db().transaction((tx) => applyOutcomeEvents(tx, [anOutcomeEvent({ atMs: NOW - DAY })], { isBackfill: true }))
    const page = await loadEmails({ range: '7d' }, contextOf(db(), { input: {} }))
    expect(page.headline.truth).toBe('unknown')
    expect(page.totals.delivered).toBe(1)
    expect(page.isConnected).toBe(false)
    const points = page.chart.series.find(({ id }) => id === 'failed')?.points ?? []
    expect(points.at(-1)?.[1]).toBeNull()
  })
})

describeStores('the page of a queue', ({ db }) => {
  beforeEach(() => db().transaction(storeHealthy))

  test('draws a hole where nothing was read, with the reason, and says that SQS keeps no history', async () => {
    await db().transaction(async (tx) => {
      await openGap(tx, { source: 'sqs', scope: '*', reason: 'timeout', message: 'x', fromMs: at('14:10') })
      await closeGap(tx, { source: 'sqs', scope: '*', toMs: at('14:50') })
    })
    const { depthChart } = await loadQueue({ name: 'reports', range: '6h' }, contextOf(db()))
    const [visible] = depthChart.series
    expect(visible?.points.map(([, value]) => value)).toEqual([0, null, 0])
    expect(depthChart.gaps).toEqual([{ fromMs: at('14:10'), toMs: at('14:50'), reason: 'SQS: no answer in time' }])
    expect(depthChart.note).toBe('SQS keeps no history: it begins at 14:00, when Spillway first read this queue.')
  })

  test('a hole that no gap explains says that Spillway was not running', async () => {
    const { depthChart } = await loadQueue({ name: 'reports', range: '6h' }, contextOf(db()))
    expect(depthChart.gaps).toMatchObject([{ reason: 'Not read: Spillway was not running' }])
  })

  test('a gap that CloudWatch has filled since is not drawn, one that it has not is', async () => {
    await db().transaction(async (tx) => {
      for (const [from, to] of [
        ['14:40', '14:53'],
        ['12:00', '12:30'],
      ] as const) {
        await openGap(tx, {
          source: 'cloudwatch-metrics',
          scope: '*',
          reason: 'throttled',
          message: 'x',
          fromMs: at(from),
        })
        await closeGap(tx, { source: 'cloudwatch-metrics', scope: '*', toMs: at(to) })
      }
    })
    const { flowChart } = await loadQueue({ name: 'profile-created', range: '6h' }, contextOf(db()))
    expect(flowChart.gaps.map(({ fromMs }) => fromMs)).toEqual([at('12:00')])
    expect(flowChart.series.find(({ id }) => id === 'sent')?.points.map(([, value]) => value)).toEqual([4, null, 3])
  })

  test('marks carry deploys and when findings began', async () => {
    await db().transaction(async (tx) => {
      await insertMarks(tx, [aMark({ atMs: at('09:06') }), aMark({ atMs: NOW - 3 * DAY, title: 'older' })])
      await storeLeak(tx)
    })
    const { flowChart } = await loadQueue({ name: 'profile-created', range: '24h' }, contextOf(db()))
    expect(flowChart.marks).toEqual([
      { atMs: at('09:06'), kind: 'deploy', title: 'sync 1.18.2 deployed' },
      { atMs: at('14:21'), kind: 'finding', title: 'profile-created: 6 sent, 0 processed' },
    ])
  })

  test('says what watches the queue and what does not', async () => {
    await db().transaction((tx) =>
      replaceAlarms(tx, [anAlarm({ name: 'deaf', queue: 'request-dlq.fifo', actionsEnabled: false })], NOW),
    )
    const watchOf = async (name: string): Promise<readonly (readonly [string, string])[]> =>
      (await loadQueue({ name, range: '1h' }, contextOf(db()))).watch.map(({ label, truth }) => [label, truth])
    expect(await watchOf('profile-created')).toEqual([
      ['Dead-letter queue', 'bad'],
      ['CloudWatch alarm', 'bad'],
      ['Sent against processed', 'ok'],
    ])
    expect(await watchOf('request-dlq.fifo')).toEqual([
      ['CloudWatch alarm', 'bad'],
      ['Sent against processed', 'unknown'],
    ])
  })

  test('takes a dead-letter queue that no list of queues has for no protection', async () => {
    await db().transaction(async (tx) => {
      const queue = aQueue({ name: 'request.fifo', dlqArn: aQueue({ name: 'gone-dlq.fifo' }).arn, maxReceiveCount: 3 })
      await upsertQueues(tx, [queue], NOW, false)
    })
    const { watch } = await loadQueue({ name: 'request.fifo', range: '1h' }, contextOf(db()))
    expect(watch[0]).toMatchObject({ truth: 'unknown', note: expect.stringContaining('gone-dlq.fifo') })
  })

  test('says that alarms are not known while they are not read', async () => {
    const unknownNow = async (): Promise<string | null> =>
      (await loadQueue({ name: 'reports', range: '1h' }, contextOf(db()))).alarmsUnknown
    expect(await unknownNow()).toBeNull()
    await db().transaction((tx) => recordFailure(tx, 'cloudwatch-alarms', NOW, 'timeout', 'CloudWatch gave no answer.'))
    expect(await unknownNow()).toBe('CloudWatch gave no answer.')
  })

  test('tells the inventory’s facts, with nothing made up for what SQS did not tell', async () => {
    const { facts } = await loadQueue({ name: 'request.fifo', range: '1h' }, contextOf(db()))
    const byLabel = new Map(facts.map(({ label, value }) => [label, value]))
    expect(byLabel.get('Kind')).toBe('FIFO')
    expect(byLabel.get('Dead-letter queue')).toBe('request-dlq.fifo')
    expect(byLabel.get('Receives before a message is a dead letter')).toBe('3')
    expect(byLabel.get('Retention')).toBe('4 d')
  })

  test('a queue that is gone is still shown, as gone', async () => {
    await db().transaction((tx) =>
      upsertQueues(
        tx,
        QUEUES.filter(({ name }) => name !== 'reports'),
        at('14:59'),
        true,
      ),
    )
    const later = contextOf(db(), { nowMs: NOW })
    await db().transaction((tx) =>
      upsertQueues(
        tx,
        QUEUES.filter(({ name }) => name !== 'reports'),
        NOW,
        true,
      ),
    )
    const page = await loadQueue({ name: 'reports', range: '1h' }, later)
    expect(page.headline.text).toBe('reports is gone from SQS since 15:00.')
    expect(page.row.truth).toBe('unknown')
    expect((await loadQueues(later)).rows.map(({ name }) => name)).not.toContain('reports')
  })

  test('a name that SQS never told is not found', async () => {
    await expect(loadQueue({ name: 'nope', range: '1h' }, contextOf(db()))).rejects.toMatchObject({ code: 'not_found' })
  })

  test.each(['1h', '6h', '24h', '7d', '30d', '90d'] as const)(
    'no chart of %s holds more than 300 points, and the peak stays',
    async (range) => {
      const step = { '1h': 15, '6h': 60, '24h': 300, '7d': 1800, '30d': 7200, '90d': 21_600 }[range] * 1000
      const samples = Array.from({ length: 500 }, (_, n) =>
        depth('reports', NOW - n * step, n === 77 ? 9999 : 1),
      ).flat()
      await db().transaction((tx) => insertSamples(tx, samples, live))
      const page = await loadQueue({ name: 'reports', range }, contextOf(db()))
      for (const { series } of [page.depthChart, page.flowChart, page.ageChart])
        for (const { points } of series) expect(points.length).toBeLessThanOrEqual(300)
      const visible = page.depthChart.series[0]?.points ?? []
      expect(Math.max(...visible.map(([, value]) => value ?? 0))).toBe(9999)
      expect(visible.every(([atMs]) => atMs >= page.depthChart.fromMs && atMs <= page.depthChart.toMs)).toBe(true)
    },
  )
})

describeStores('the page of settings', ({ db, kind }) => {
  test('shows tokens, calls and sources, and no secret', async () => {
    await db().transaction(async (tx) => {
      await storeHealthy(tx)
      await createToken(tx, { purpose: 'wall', name: 'kitchen', atMs: NOW })
      await addCalls(tx, [{ service: 'sqs', operation: 'GetQueueAttributes', count: 1000 }], NOW)
    })
    const page = await loadSettingsPage(contextOf(db()))
    expect(page.store).toBe(kind)
    expect(page.version).toMatch(/^\d+\.\d+\.\d+/)
    expect(page.tokens).toMatchObject([{ name: 'kitchen', purpose: 'wall', isRevoked: false, lastUsedMs: null }])
    expect(page.calls).toMatchObject([{ service: 'sqs', operation: 'GetQueueAttributes', last24h: 1000 }])
    expect(page.headline.text).toBe('Everything that is configured answers; 1 source is not connected.')
    expect(page.sources.every(({ teaches }) => teaches !== '')).toBe(true)
    expect(page.detectors.length).toBeGreaterThan(3)
  })
})
