import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import type { SettingsInput } from '#lib/config/settings.ts'
import { openGap } from '#lib/store/gaps.ts'
import { acquireLease, sourceLease } from '#lib/store/leases.ts'
import { applyOutcomeEvents } from '#lib/store/outcomes.ts'
import { insertProfiles } from '#lib/store/profiles.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { recordAttempt, recordFailure, recordOk } from '#lib/store/source-states.ts'
import { anOutcomeEvent, aProfile } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { loadEmails } from './emails/query.ts'
import { loadOverview } from './overview/query.ts'
import { loadQueues } from './queues/query.ts'
import { loadSettingsPage } from './settings/query.ts'
import { loadWall } from './wall/query.ts'
import {
  ALL,
  at,
  CONNECTED,
  contextOf,
  DAY,
  flow,
  HOUR,
  live,
  MINUTE,
  NOW,
  storeHealthy,
  storeLeak,
} from './fixtures/stored-system.ts'

const planned = (ref: string, sentAtMs: number) =>
  anOutcomeEvent({
    notificationId: `p${ref}`,
    status: 'scheduled',
    atMs: NOW - 3 * DAY,
    facts: { personRef: ref, sentAtMs },
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
    expect(page, 'one line instead of a row for each').toMatchObject({
      queues: [],
      unseenQueues: { count: 2, sinceMs: NOW - 10_000 },
    })
    const wall = await loadWall(context)
    expect(wall.tiles.filter(({ truth }) => truth === 'ok')).toEqual([])
    expect(wall.tiles.filter(({ figure }) => figure === 0)).toEqual([])
    expect((await loadEmails({ range: '24h' }, context)).headline.truth).toBe('unknown')
    expect((await loadSettingsPage(context)).headline.truth).toBe('unknown')
  })

  test('where no process reads, Spillway is at fault and no source, and everything is unknown', async () => {
    const context = contextOf(db(), { nowMs: NOW + HOUR })
    const page = await loadOverview(context)
    expect(page.headline).toMatchObject({ truth: 'unknown' })
    expect(page.headline.text).toBe(
      'Spillway itself has not read its sources since 14:59; the last known state is shown.',
    )
    expect(page.blind.filter(({ state }) => state !== 'not-configured')).toHaveLength(ALL.length)
    for (const source of page.blind.filter(({ state }) => state !== 'not-configured'))
      expect(source).toMatchObject({ state: 'not-read', sinceMs: NOW - 10_000, parts: [] })
    for (const stage of page.flow) expect(stage.kind === 'queue' ? stage.row.truth : stage.truth).toBe('unknown')
    expect(page.flow[1]).toMatchObject({ word: 'not read', sinceMs: NOW - 10_000, unknownSinceMs: NOW - 10_000 })
    expect(page.flow[0]).toMatchObject({ row: { sent: 7, flowUnknownSinceMs: NOW - 10_000 } })
    const wall = await loadWall(context)
    expect(wall.tiles.filter(({ truth, figure }) => truth === 'ok' || figure === 0)).toEqual([])
    expect(wall.lastReadingMs).toBe(NOW - 10_000)
    await acquireLease(db(), { name: sourceLease('sqs'), holder: 'a', ttlSeconds: 60 })
    await db().transaction((tx) => recordAttempt(tx, 'sqs', NOW + 30 * MINUTE))
    const held = (await loadOverview(context)).blind.find(({ id }) => id === 'sqs')
    expect(held).toMatchObject({ state: 'failing', message: 'It was asked at 15:30 and has not answered yet.' })
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
    expect(overview.headline.text).toContain('“E-mail outcomes” and 4 others have not been read yet')
    expect(overview.flow).toMatchObject([
      { row: { truth: 'unknown', word: 'not read yet', visible: null } },
      { truth: 'unknown', errors: null },
      { row: { truth: 'unknown' } },
      { truth: 'unknown' },
      { truth: 'unknown', delivered: null, failed: null },
    ])
    expect((await loadQueues(context)).headline.truth).toBe('unknown')
  })

  test('connected and never read, where no process that reads was ever started, is the fault of Spillway', async () => {
    const page = await loadOverview(contextOf(db(), { nowMs: Date.now() + HOUR }))
    expect(page.headline.text).toMatch(/^Spillway itself has not read its sources;/)
    const unread = page.blind.filter(({ state }) => state !== 'not-configured')
    expect(unread).toHaveLength(ALL.length)
    for (const source of unread)
      expect(source).toMatchObject({
        state: 'not-read',
        sinceMs: null,
        message: expect.stringMatching(/^No process of Spillway reads: start one with SPILLWAY_ROLE all or worker/),
      })
    for (const stage of page.flow) expect(stage.kind === 'queue' ? stage.row.truth : stage.truth).toBe('unknown')
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
