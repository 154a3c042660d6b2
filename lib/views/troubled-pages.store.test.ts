import { beforeEach, expect, test } from 'vitest'
import type { SettingsInput } from '#lib/config/settings.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { replaceAlarms } from '#lib/store/alarms.ts'
import { applyOutcomeEvents } from '#lib/store/outcomes.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { anAlarm } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { loadOverview } from './overview/query.ts'
import { loadQueue } from './queue/query.ts'
import { loadQueues } from './queues/query.ts'
import { loadWall } from './wall/query.ts'
import {
  at,
  CONNECTED,
  contextOf,
  depth,
  failedFor,
  LEAK,
  live,
  MINUTE,
  NOW,
  storeHealthy,
  storeLeak,
} from './fixtures/stored-system.ts'

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
      '2 people are without their onboarding e-mail, all recorded as: no e-mail address, 1 of them since 14:21, and about 5 profiles that we can count but not name; profile-created: 6 sent, 0 processed since 14:21.',
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
