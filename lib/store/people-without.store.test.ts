import { readdirSync, readFileSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import { anOutcomeEvent, aProfile, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { applyOutcomeEvents, countPeopleWithout, listPeopleWithout } from './outcomes.ts'
import { insertProfiles } from './profiles.ts'

const HOUR_MS = 3_600_000
const RULE = {
  nowMs: INCIDENT_DAY_MS,
  withoutAfterMs: 24 * HOUR_MS,
  overdueAfterMs: 2 * HOUR_MS,
  hasProfiles: true,
}

const aFailure = (person: string, hoursAgo: number, facts: OutcomeEvent['facts'] | object = {}): OutcomeEvent =>
  anOutcomeEvent({
    notificationId: `failed-${person}-${hoursAgo}`,
    status: 'failed',
    atMs: INCIDENT_DAY_MS - hoursAgo * HOUR_MS,
    facts: { personRef: person, ...facts },
  })

const aSchedule = (person: string, hoursAgo: number): OutcomeEvent =>
  anOutcomeEvent({
    notificationId: `scheduled-${person}`,
    status: 'scheduled',
    atMs: INCIDENT_DAY_MS - 48 * HOUR_MS,
    facts: { personRef: person, sentAtMs: INCIDENT_DAY_MS - hoursAgo * HOUR_MS },
  })

const eventHoursAgo = (hours: number, status: OutcomeEvent['status']): OutcomeEvent =>
  anOutcomeEvent({
    notificationId: 'a',
    status,
    atMs: INCIDENT_DAY_MS - hours * HOUR_MS,
    facts: { personRef: '1' },
  })

describeStores('people without their e-mail', ({ db }) => {
  const given = async (events: readonly OutcomeEvent[], profiles: readonly [string, number][] = []): Promise<void> => {
    await db().transaction(async (tx) => {
      await applyOutcomeEvents(tx, events, { isBackfill: false })
      const rows = profiles.map(([ref, hoursAgo]) =>
        aProfile({ ref, createdAtMs: INCIDENT_DAY_MS - hoursAgo * HOUR_MS }),
      )
      await insertProfiles(tx, rows, INCIDENT_DAY_MS)
    })
  }

  it('are none where nothing was told', async () => {
    const nobody = { named: 0, byFailure: 0, byOverdue: 0, byNoNotification: 0, sinceMs: null }
    expect(await countPeopleWithout(db().orm, RULE)).toStrictEqual(nobody)
    expect(await listPeopleWithout(db().orm, { ...RULE, limit: 5 })).toStrictEqual({ persons: [], total: 0 })
  })

  it('are counted once each, by the first reason that holds', async () => {
    await given(
      [
        aFailure('1', 5),
        aFailure('1', 9),
        aSchedule('1', 30),
        aSchedule('2', 3),
        aSchedule('3', 1),
        aSchedule('4', -1),
      ],
      [
        ['1', 30],
        ['2', 30],
        ['3', 30],
        ['5', 25],
        ['6', 23],
      ],
    )
    expect(await countPeopleWithout(db().orm, RULE)).toStrictEqual({
      named: 3,
      byFailure: 1,
      byOverdue: 1,
      byNoNotification: 1,
      sinceMs: INCIDENT_DAY_MS - 25 * HOUR_MS,
    })
    const { persons, total } = await listPeopleWithout(db().orm, { ...RULE, limit: 2 })
    expect(total).toBe(3)
    expect(persons).toStrictEqual([
      {
        ref: '5',
        why: 'no_notification',
        reason: null,
        rawDetail: null,
        notificationType: null,
        localOffice: null,
        sinceMs: INCIDENT_DAY_MS - 25 * HOUR_MS,
      },
      {
        ref: '1',
        why: 'failed',
        reason: 'no_email_address',
        rawDetail: 'No email address available.',
        notificationType: 'PROGRAMME_CREATED',
        localOffice: 'Thames Valley',
        sinceMs: INCIDENT_DAY_MS - 9 * HOUR_MS,
      },
    ])
  })

  it('are not those whose failed e-mail was sent again under the same id', async () => {
    const failed = aFailure('1', 5)
    const resent = anOutcomeEvent({
      notificationId: failed.notificationId,
      status: 'accepted',
      atMs: INCIDENT_DAY_MS,
      facts: { personRef: '1' },
    })
    await given([resent, failed], [['1', 30]])
    expect((await countPeopleWithout(db().orm, RULE)).named).toBe(0)
  })

  it('are without since the failure that holds now, not since one that was healed before, in whatever order it is told', async () => {
    const [first, healed, second, third] = [
      eventHoursAgo(90, 'failed'),
      eventHoursAgo(80, 'delivered'),
      eventHoursAgo(7, 'failed'),
      eventHoursAgo(5, 'failed'),
    ]
    for (const order of [
      [first, healed, second, third],
      [third, second, first, healed],
      [third, first, second, healed],
    ]) {
      await db().orm.execute(sql`truncate outcome, outcome_event, outcome_rollup`)
      for (const event of order) await given([event])
      const { persons } = await listPeopleWithout(db().orm, { ...RULE, limit: 5 })
      expect(persons.map(({ sinceMs }) => sinceMs)).toStrictEqual([INCIDENT_DAY_MS - 7 * HOUR_MS])
    }
  })

  it('began at the same moments where an older store is brought up to date', async () => {
    const events = [
      aFailure('1', 90),
      anOutcomeEvent({ notificationId: 'failed-1-90', status: 'accepted', atMs: INCIDENT_DAY_MS - 80 * HOUR_MS }),
      anOutcomeEvent({ notificationId: 'failed-1-90', status: 'failed', atMs: INCIDENT_DAY_MS - 7 * HOUR_MS }),
      anOutcomeEvent({ notificationId: 'failed-1-90', status: 'failed', atMs: INCIDENT_DAY_MS - 5 * HOUR_MS }),
      aFailure('2', 9),
      anOutcomeEvent({ notificationId: 'well' }),
    ]
    await given(events)
    const columns = sql`select id, last_good_at, failures_since_good, failed_since_at from outcome order by id`
    const { rows: folded } = await db().orm.execute(columns)
    await db().orm.execute(
      sql`update outcome set last_good_at = null, failures_since_good = null, failed_since_at = null`,
    )
    const folder = new URL('migrations/', import.meta.url)
    const file = readdirSync(folder).find((name) => name.endsWith('_people.sql')) ?? ''
    const migration = readFileSync(new URL(file, folder), 'utf8')
    for (const statement of migration.split('--> statement-breakpoint'))
      if (statement.includes('UPDATE outcome')) await db().orm.execute(sql.raw(statement))
    expect((await db().orm.execute(columns)).rows).toStrictEqual(folded)
  })

  it.each([
    ['a mail to a local office', { isLocalOffice: true }],
    ['a test user', { isTest: true }],
    ['an in-app message', { isEmail: false }],
    ['an e-mail that is no onboarding', { isOnboarding: false }],
  ])('are not counted by %s', async (_, facts) => {
    await given([aFailure('1', 5, facts)])
    expect((await countPeopleWithout(db().orm, RULE)).named).toBe(0)
  })

  it('leave test users among the profiles out, and all of them where profiles are not connected', async () => {
    await given(
      [],
      [
        ['-17', 30],
        ['7', 30],
      ],
    )
    expect((await countPeopleWithout(db().orm, RULE)).byNoNotification).toBe(1)
    expect((await countPeopleWithout(db().orm, { ...RULE, hasProfiles: false })).named).toBe(0)
  })

  it('count a profile whose only onboarding e-mail was deleted, or went to the local office', async () => {
    const deleted = anOutcomeEvent({ notificationId: 'a', status: 'deleted', facts: { personRef: '1' } })
    const toOffice = anOutcomeEvent({ notificationId: 'b', facts: { personRef: '2', isLocalOffice: true } })
    await given(
      [deleted, toOffice],
      [
        ['1', 30],
        ['2', 30],
      ],
    )
    expect((await countPeopleWithout(db().orm, RULE)).byNoNotification).toBe(2)
  })
})
