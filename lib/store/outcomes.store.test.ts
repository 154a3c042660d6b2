import { sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { OUTCOME_STATUSES, type OutcomeEvent, type OutcomeStatus } from '#lib/domain/outcome.ts'
import { anOutcomeEvent, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import type { Db } from './db.ts'
import { applyOutcomeEvents, countOpenFailuresByReason, countOutcomes, listRollups } from './outcomes.ts'

const HOUR_MS = 3_600_000
const LIVE = { isBackfill: false }
const AROUND = { fromMs: INCIDENT_DAY_MS - HOUR_MS, toMs: INCIDENT_DAY_MS + 24 * HOUR_MS }

async function apply(db: Db, events: readonly OutcomeEvent[]) {
  return db.transaction((tx) => applyOutcomeEvents(tx, events, LIVE))
}

/** Every row of the three tables, but for when Spillway took it in. */
async function contentOf(db: Db): Promise<unknown> {
  const outcomes = await db.orm.execute(sql`select to_jsonb(o) - 'updated_at' as row from outcome o order by id`)
  const rollups = await db.orm.execute(sql`
    select to_jsonb(r) as row from outcome_rollup r where count <> 0
    order by hour, status, reason, notification_type, local_office, contact_domain, is_onboarding`)
  return { outcomes: outcomes.rows, rollups: rollups.rows }
}

/** The roll-up counted anew from the truth. */
async function recounted(db: Db): Promise<unknown> {
  const { rows } = await db.orm.execute(sql`
    select date_trunc('hour', order_at, 'UTC') as hour, status, reason, coalesce(notification_type, '') as notification_type,
      coalesce(local_office, '') as local_office, coalesce(contact_domain, '') as contact_domain,
      coalesce(is_onboarding, false) as is_onboarding, count(*)::int as count
    from outcome where status <> 'deleted' and is_email is not false and is_test is not true
    group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7`)
  return rows
}

async function rolledUp(db: Db): Promise<unknown> {
  const { rows } = await db.orm.execute(sql`select * from outcome_rollup where count <> 0 order by 1, 2, 3, 4, 5, 6, 7`)
  return rows
}

/** Few ids and moments, so that the same notification comes again, in every order, with and without facts and sequence. */
const anyEvent = fc
  .record({
    notificationId: fc.constantFrom('a', 'b', 'c'),
    hour: fc.integer({ min: 0, max: 3 }),
    status: fc.constantFrom(...OUTCOME_STATUSES),
    sequence: fc.option(fc.constantFrom('9', '10')),
    facts: fc.option(
      fc.record({ isEmail: fc.boolean(), isTest: fc.boolean(), localOffice: fc.option(fc.constantFrom('x', 'y')) }),
    ),
  })
  .map(({ hour, sequence, ...rest }) =>
    anOutcomeEvent({
      ...rest,
      atMs: INCIDENT_DAY_MS + hour * HOUR_MS,
      eventKey: JSON.stringify({ hour, sequence, ...rest }),
      order: { sequence },
    }),
  )

/** One event of each of sixty notifications. */
function news(status: OutcomeStatus, minute: number): OutcomeEvent[] {
  return Array.from({ length: 60 }, (_, index) =>
    anOutcomeEvent({ notificationId: `n${index}`, status, atMs: INCIDENT_DAY_MS + minute * 60_000 }),
  )
}

function planned(notificationId: string, sentAtMs: number): OutcomeEvent {
  return anOutcomeEvent({ notificationId, status: 'scheduled', facts: { sentAtMs } })
}

describeStores('outcomes', ({ db }) => {
  it('tells of each event what was true before and after', async () => {
    const failed = anOutcomeEvent({ status: 'failed' })
    const resent = anOutcomeEvent({ status: 'delivered', atMs: INCIDENT_DAY_MS + 60_000 })
    expect(await apply(db(), [failed])).toStrictEqual([
      {
        event: failed,
        isDuplicate: false,
        before: null,
        after: {
          status: 'failed',
          reason: 'no_email_address',
          isOnboarding: true,
          isCounted: true,
          dueMs: null,
          sentMs: INCIDENT_DAY_MS,
          notificationType: 'PROGRAMME_CREATED',
          localOffice: 'Thames Valley',
          contactDomain: 'example.com',
        },
        changed: true,
      },
    ])
    expect(await apply(db(), [resent, failed, resent])).toMatchObject([
      {
        isDuplicate: false,
        before: { status: 'failed' },
        after: { status: 'delivered', reason: 'none' },
        changed: true,
      },
      { isDuplicate: true, before: { status: 'delivered' }, after: { status: 'delivered' }, changed: false },
      { isDuplicate: true, before: { status: 'delivered' }, after: { status: 'delivered' }, changed: false },
    ])
    expect(await countOutcomes(db().orm, AROUND)).toStrictEqual({
      scheduled: 0,
      accepted: 0,
      delivered: 1,
      failed: 0,
      recovered: 1,
    })
  })

  it('stores each event once, however often it comes', async () => {
    const events = [anOutcomeEvent({ status: 'failed' }), anOutcomeEvent({ status: 'delivered' })]
    await apply(db(), [...events, ...events])
    await apply(db(), events)
    const { rows } = await db().orm.execute(sql`select count(*) as count from outcome_event`)
    expect(rows).toStrictEqual([{ count: 2 }])
  })

  it('holds the same rows for every order, repetition and batching of the same events, and counts by hour that equal a recount', async () => {
    const runs = fc.array(anyEvent, { minLength: 1, maxLength: 10 }).chain((events) =>
      fc.record({
        events: fc.constant(events),
        shuffled: fc.shuffledSubarray(events, { minLength: events.length }),
        again: fc.array(fc.constantFrom(...events), { maxLength: 3 }),
        batch: fc.integer({ min: 1, max: 4 }),
      }),
    )
    await fc.assert(
      fc
        .asyncProperty(runs, async ({ events, shuffled, again, batch }) => {
          await apply(db(), events)
          const expected = await contentOf(db())
          expect(await rolledUp(db())).toStrictEqual(await recounted(db()))
          await db().orm.execute(sql`truncate outcome, outcome_event, outcome_rollup`)
          const all = [...shuffled, ...again]
          for (let start = 0; start < all.length; start += batch) await apply(db(), all.slice(start, start + batch))
          expect(await contentOf(db())).toStrictEqual(expected)
          expect(await rolledUp(db())).toStrictEqual(await recounted(db()))
        })
        .beforeEach(() => db().orm.execute(sql`truncate outcome, outcome_event, outcome_rollup`)),
      { numRuns: 40 },
    )
  })

  it.each([
    ['stored', true],
    ['new', false],
  ])(
    'keeps its counts right when several writers bring news of the same %s notifications at once',
    async (_, isStored) => {
      if (isStored) await apply(db(), news('scheduled', 0))
      await Promise.all(Array.from({ length: 4 }, () => db().orm.execute(sql`select pg_sleep(0.05)`)))
      await Promise.all([
        apply(db(), news('delivered', 90)),
        apply(db(), news('failed', 61).toReversed()),
        apply(db(), news('accepted', 30).slice(20)),
        apply(db(), [...news('failed', 61), ...news('accepted', 30)].toReversed()),
      ])
      expect(await rolledUp(db())).toStrictEqual(await recounted(db()))
      expect(await countOutcomes(db().orm, AROUND)).toMatchObject({ delivered: 60, recovered: 60 })
      const { rows } = await db().orm.execute(sql`select count(*) as count from outcome_event`)
      expect(rows).toStrictEqual([{ count: (isStored ? 4 : 3) * 60 }])
    },
  )

  it('keeps a text that PostgreSQL cannot hold, with the bad character replaced', async () => {
    await apply(db(), [anOutcomeEvent({ status: 'failed', rawDetail: 'a\0b\ud800c\\u0000' })])
    const { rows } = await db().orm.execute(sql`select raw_detail as detail from outcome`)
    expect(rows).toStrictEqual([{ detail: 'a\u{fffd}b\u{fffd}c\\u0000' }])
  })

  it('keeps events of months that have no partition yet, and of several months in one batch', async () => {
    const moments = [Date.UTC(2024, 0, 31, 23, 59, 59, 999), Date.UTC(2024, 1, 1), Date.UTC(2031, 5, 1)]
    await apply(
      db(),
      moments.map((atMs) => anOutcomeEvent({ atMs })),
    )
    const { rows } = await db().orm.execute(sql`select tableoid::regclass::text as name from outcome_event order by at`)
    expect(rows).toStrictEqual([
      { name: 'outcome_event_2024_01' },
      { name: 'outcome_event_2024_02' },
      { name: 'outcome_event_2031_06' },
    ])
  })

  it('forgets a partition that was rolled back with its transaction', async () => {
    const event = anOutcomeEvent({ atMs: Date.UTC(2040, 0, 15) })
    const lost = db().transaction(async (tx) => {
      await applyOutcomeEvents(tx, [event], LIVE)
      throw new Error('lost')
    })
    await expect(lost).rejects.toThrow('lost')
    expect(await apply(db(), [event])).toMatchObject([{ isDuplicate: false }])
  })

  it('counts what is still scheduled after its time as overdue, beside the failures', async () => {
    await apply(db(), [
      planned('a', INCIDENT_DAY_MS - HOUR_MS),
      planned('b', INCIDENT_DAY_MS + HOUR_MS),
      planned('c', INCIDENT_DAY_MS - HOUR_MS),
      anOutcomeEvent({ notificationId: 'd', status: 'failed' }),
      anOutcomeEvent({ notificationId: 'e', facts: { sentAtMs: INCIDENT_DAY_MS - HOUR_MS } }),
    ])
    expect(await countOpenFailuresByReason(db().orm, { overdueBeforeMs: INCIDENT_DAY_MS })).toStrictEqual([
      { reason: 'overdue', count: 2 },
      { reason: 'no_email_address', count: 1 },
    ])
    expect(await countOpenFailuresByReason(db().orm)).toStrictEqual([{ reason: 'no_email_address', count: 1 }])
  })

  it('rolls up by bucket, without deleted ones, in-app messages and test users', async () => {
    await apply(db(), [
      anOutcomeEvent({ notificationId: 'a', status: 'failed' }),
      anOutcomeEvent({ notificationId: 'b', status: 'failed', atMs: INCIDENT_DAY_MS + HOUR_MS }),
      anOutcomeEvent({ notificationId: 'c', facts: { isOnboarding: false } }),
      anOutcomeEvent({ notificationId: 'd', facts: { isEmail: false } }),
      anOutcomeEvent({ notificationId: 'e', facts: { isTest: true } }),
      anOutcomeEvent({ notificationId: 'f', status: 'deleted' }),
    ])
    const hour = INCIDENT_DAY_MS - 30 * 60_000
    const failed = { status: 'failed', reason: 'no_email_address' } as const
    const query = { ...AROUND, fromMs: INCIDENT_DAY_MS }
    expect(await listRollups(db().orm, { ...query, bucketSeconds: 3_600 })).toStrictEqual([
      { atMs: hour, status: 'delivered', reason: 'none', count: 1 },
      { atMs: hour, ...failed, count: 1 },
      { atMs: hour + HOUR_MS, ...failed, count: 1 },
    ])
    expect(await listRollups(db().orm, { ...query, bucketSeconds: 86_400, isOnboarding: true })).toStrictEqual([
      { atMs: Date.UTC(2024, 10, 7), ...failed, count: 2 },
    ])
    expect(await listRollups(db().orm, { ...query, bucketSeconds: 300, isOnboarding: true })).toStrictEqual([
      { atMs: INCIDENT_DAY_MS, ...failed, count: 1 },
      { atMs: INCIDENT_DAY_MS + HOUR_MS, ...failed, count: 1 },
    ])
    expect(await countOpenFailuresByReason(db().orm)).toStrictEqual([{ reason: 'no_email_address', count: 2 }])
  })
})
