import { beforeEach, expect, test } from 'vitest'
import { applyOutcomeEvents } from '#lib/store/outcomes.ts'
import { insertProfiles } from '#lib/store/profiles.ts'
import { anOutcomeEvent, aProfile } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { loadEmails } from './emails/query.ts'
import { loadOverview } from './overview/query.ts'
import { loadQueue } from './queue/query.ts'
import { unpackSpark } from './queues/spark-text.ts'
import { loadQueues } from './queues/query.ts'
import { loadWall } from './wall/query.ts'
import {
  CONNECTED,
  contextOf,
  DAY,
  failedFor,
  HOUR,
  live,
  MINUTE,
  NOW,
  storeHealthy,
} from './fixtures/stored-system.ts'

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
