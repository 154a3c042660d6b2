import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import type { OutcomeFacts, OutcomeStatus } from '#lib/domain/outcome.ts'
import type { PeopleFilter } from '#lib/domain/people-filter.ts'
import { anOutcomeEvent, aProfile, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { countPeople, listPeople, listPeopleAfter, listPeopleRefs } from './list-people.ts'
import { applyOutcomeEvents } from './outcomes.ts'
import { insertProfiles } from './profiles.ts'

const HOUR_MS = 3_600_000
const RULE = { nowMs: INCIDENT_DAY_MS, withoutAfterMs: 24 * HOUR_MS, overdueAfterMs: 2 * HOUR_MS, hasProfiles: true }

type Told = readonly [
  id: string,
  person: string | null,
  status: OutcomeStatus,
  hoursAgo: number,
  facts?: Partial<OutcomeFacts>,
]

describeStores('people of a filter', ({ db }) => {
  const tell = (...told: readonly Told[]): Promise<unknown> =>
    db().transaction((tx) =>
      applyOutcomeEvents(
        tx,
        told.map(([notificationId, personRef, status, hoursAgo, facts]) => {
          const atMs = INCIDENT_DAY_MS - hoursAgo * HOUR_MS
          const bounce = facts?.contactDomain === 'gmail.com'
          return anOutcomeEvent({
            notificationId,
            status,
            atMs,
            ...(status === 'failed' && bounce
              ? { reason: 'bounce_transient', rawDetail: 'Bounce: Transient - General' }
              : {}),
            facts: { personRef, sentAtMs: atMs, ...facts },
          })
        }),
        { isBackfill: false },
      ),
    )
  const profiles = (...told: readonly (readonly [ref: string, hoursAgo: number])[]): Promise<unknown> =>
    db().transaction((tx) =>
      insertProfiles(
        tx,
        told.map(([ref, hoursAgo]) => aProfile({ ref, createdAtMs: INCIDENT_DAY_MS - hoursAgo * HOUR_MS })),
        INCIDENT_DAY_MS,
      ),
    )
  const of = (filter: Partial<PeopleFilter>): Promise<string[]> =>
    listPeopleRefs(db().orm, { state: 'without', range: 'all', ...filter }, RULE)

  const count = (state: PeopleFilter['state']) => countPeople(db().orm, { state, range: 'all' }, RULE)

  async function giveEveryKind(): Promise<void> {
    await tell(
      ['a', '1', 'failed', 50],
      ['a2', '1', 'failed', 40, { localOffice: 'North West London', notificationType: 'PROGRAMME_DAY_ONE' }],
      ['b', '2', 'failed', 3, { contactDomain: 'gmail.com' }],
      ['c', '3', 'scheduled', 5],
      ['d', '4', 'failed', 30],
      ['d', '4', 'delivered', 2],
      ['e', '5', 'delivered', 1],
      ['f', '6', 'scheduled', -3],
      ['g', '1', 'delivered', 1],
      ['h', null, 'failed', 4],
      ['i', '8', 'delivered', 1, { isLocalOffice: true }],
    )
    await profiles(['1', 51], ['2', 24 * 300], ['7', 30], ['5', 2])
  }

  it('are those in the state, each once', async () => {
    await giveEveryKind()
    expect(await of({})).toEqual(['1', '2', '3', '7'])
    expect(await of({ state: 'failed' })).toEqual(['1', '2'])
    expect(await of({ state: 'overdue' })).toEqual(['3'])
    expect(await of({ state: 'none' })).toEqual(['7'])
    expect(await of({ state: 'recovered' })).toEqual(['4'])
    expect(await of({ state: 'delivered' })).toEqual(['1', '4', '5'])
    expect(await of({ state: 'scheduled' })).toEqual(['3', '6'])
  })

  it('are narrowed by reason, office, type, domain, profile and time', async () => {
    await giveEveryKind()
    expect(await of({ reason: 'bounce_transient' })).toEqual(['2'])
    expect(await of({ office: 'North West London' })).toEqual(['1'])
    expect(await of({ type: 'PROGRAMME_DAY_ONE', state: 'failed' })).toEqual(['1'])
    expect(await of({ domain: 'gmail.com' })).toEqual(['2'])
    expect(await of({ profile: 'new' })).toEqual(['1', '7'])
    expect(await of({ profile: 'existing' })).toEqual(['2', '3'])
    expect(await of({ range: '24h' })).toEqual(['2', '3'])
    expect(await of({ state: 'delivered', range: '1h' })).toEqual(['1', '5'])
  })

  it('are counted with the e-mails behind them and those that name nobody', async () => {
    await giveEveryKind()
    expect(await count('failed')).toEqual({ people: 2, emails: 3, unnamed: 1 })
    expect(await count('delivered')).toEqual({ people: 3, emails: 3, unnamed: 1 })
    expect(await count('none')).toMatchObject({ people: 1, emails: 0 })
  })

  it('are read page by page, beyond a hundred, and to the end in the order of their references', async () => {
    await tell(...Array.from({ length: 250 }, (_, at): Told => [`n${at}`, String(1000 + at), 'failed', 1 + (at % 7)]))
    const filter: PeopleFilter = { state: 'without', range: 'all' }
    const pages = await Promise.all(
      [0, 100, 200].map((offset) => listPeople(db().orm, filter, RULE, { offset, limit: 100 })),
    )
    expect(pages.map((page) => page.length)).toEqual([100, 100, 50])
    const all = pages.flat()
    expect(new Set(all.map(({ ref }) => ref)).size).toBe(250)
    expect(all.map(({ sinceMs }) => sinceMs)).toEqual(all.map(({ sinceMs }) => sinceMs).toSorted((a, b) => a - b))
    const next = await listPeopleAfter(db().orm, filter, RULE, { after: '1099', limit: 3 })
    expect(next.map(({ ref }) => ref)).toEqual(['1100', '1101', '1102'])
  })

  it('say what was tried', async () => {
    await tell(['a', '1', 'failed', 5], ['b', '2', 'failed', 4])
    await db().orm.execute(sql`insert into resync_item (resync, ref, state, sending_at, sent_at) values
      (1, '1', 'sent', now(), '2024-11-06T10:00:00Z'), (2, '1', 'sent', now(), '2024-11-07T10:00:00Z'), (2, '2', 'pending', null, null)`)
    const listed = await listPeople(db().orm, { state: 'failed', range: 'all' }, RULE, { offset: 0, limit: 9 })
    expect(listed.map(({ ref, asked, askedMs }) => [ref, asked, askedMs])).toEqual([
      ['1', 2, Date.UTC(2024, 10, 7, 10)],
      ['2', 0, null],
    ])
  })
})
