import { beforeEach, expect, it } from 'vitest'
import { sql } from 'drizzle-orm'
import { dropSingleton } from '#lib/config/singleton.ts'
import { exportPeople } from '#lib/actions/export-people.ts'
import { runAction } from '#lib/actions/run-action.ts'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import type { Role } from '#lib/domain/role.ts'
import type { Person } from '#lib/domain/viewer.ts'
import { closeLive } from '#lib/live/bus.ts'
import { insertResync } from '#lib/store/resyncs.ts'
import { applyOutcomeEvents } from '#lib/store/outcomes.ts'
import { recordOk } from '#lib/store/source-states.ts'
import { asProcessEnv, asProcessStore } from '#lib/testing/as-process-store.ts'
import { anOutcomeEvent, aProfile, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { insertProfiles } from '#lib/store/profiles.ts'
import { peopleCsv } from './export-people.ts'
import { peopleListView } from './people-list/contract.ts'
import { loadPeopleList, peopleListQuery } from './people-list/query.ts'
import { loadPerson, personQuery } from './person/query.ts'
import type { ViewContext } from './read-view.ts'
import { loadResync } from './resync/query.ts'

const NOW = INCIDENT_DAY_MS
const HOUR = 3_600_000
const ENV = { SPILLWAY_SECRET: 'a secret of thirty-two characters', AWS_REGION: 'eu-west-2' }
const settings = settingsSchema.parse({
  sources: { 'email-outcomes': { queueUrl: 'http://127.0.0.1:9324/000000000000/outcomes' } },
  resync: { queueUrl: 'http://127.0.0.1:9324/000000000000/request.fifo' },
})

const aPerson = (role: Role): Person => ({ kind: 'person', sessionId: role, sub: role, name: 'Olga', role })

function failed(ref: string, hoursAgo: number, given: Partial<OutcomeEvent> = {}): OutcomeEvent {
  const atMs = NOW - hoursAgo * HOUR
  return {
    ...anOutcomeEvent({ notificationId: `n-${ref}`, status: 'failed', atMs, facts: { personRef: ref } }),
    ...given,
  }
}

describeStores('pages of people', ({ db }) => {
  const contextOf = (role: Role = 'viewer'): ViewContext => ({
    viewer: aPerson(role),
    db: db(),
    tx: db().orm,
    nowMs: NOW,
    timeZone: 'Europe/London',
    settings,
    env: readEnv(ENV).env,
  })
  const tell = (...events: readonly OutcomeEvent[]): Promise<unknown> =>
    db().transaction((tx) => applyOutcomeEvents(tx, events, { isBackfill: false }))
  const list = (params: Record<string, unknown> = {}, role: Role = 'viewer') =>
    loadPeopleList(peopleListView.params.parse(params), contextOf(role))
  const audited = async (): Promise<unknown[]> =>
    (await db().orm.execute(sql`select actor, action, result, detail from audit order by id`)).rows

  beforeEach(async () => {
    await closeLive()
    for (const name of ['view-memo', 'open-readings']) dropSingleton(name)
    asProcessEnv(ENV)
    asProcessStore(db())
    await db().transaction((tx) => recordOk(tx, 'email-outcomes', NOW - 1000, null))
  })

  it('say how many there are and what they have in common', async () => {
    await tell(
      failed('900001', 5),
      failed('900002', 3),
      anOutcomeEvent({ notificationId: 'x', facts: { personRef: '5' } }),
    )
    const page = await list({ reason: 'no_email_address', office: 'Thames Valley' })
    expect(page.headline).toMatchObject({
      truth: 'bad',
      text: '2 people are without their onboarding e-mail: no e-mail address, Thames Valley.',
    })
    expect(page.count).toEqual({ people: 2, emails: 2, unnamed: 0 })
    expect(page.choices.offices).toEqual([{ value: 'Thames Valley', label: 'Thames Valley' }])
    expect((await list({ office: 'Nowhere' })).headline.text).toBe(
      'Nobody that Spillway knows by name is without their onboarding e-mail: Nowhere.',
    )
  })

  it('do not say nobody where nothing was ever told', async () => {
    expect((await list()).headline).toMatchObject({ truth: 'unknown' })
  })

  it.each([
    ['viewer', '9•••01', false],
    ['responder', '9•••01', false],
    ['operator', '900001', true],
  ] as const)('show a %s the reference as %s, and the address tells nobody', async (role, shown, isClear) => {
    await tell(failed('900001', 5))
    const page = await list({}, role)
    const [row] = page.rows
    expect([row?.ref, page.isClear]).toEqual([shown, isClear])
    expect(row?.key).not.toContain('900001')
    expect(Buffer.from(row?.key ?? '', 'base64url').toString('latin1')).not.toContain('900001')
    const person = await loadPerson({ key: row?.key ?? '' }, contextOf(role))
    expect(person.ref).toBe(shown)
    expect(person.headline.text).toContain(`${shown} is without their onboarding e-mail since 05:30: no e-mail address`)
  })

  it('tell a person’s story: what happened and what was tried, newest first', async () => {
    const first = failed('900001', 9)
    await tell(
      first,
      anOutcomeEvent({ notificationId: first.notificationId, atMs: NOW - 8 * HOUR, facts: { personRef: '900001' } }),
      failed('900001', 2),
    )
    await insertProfiles(db().orm, [aProfile({ ref: '900001', createdAtMs: NOW - 10 * HOUR })], NOW)
    const { id } = await insertResync(
      db().orm,
      {
        incident: null,
        title: 'all',
        via: 'sqs',
        queue: 'request.fifo',
        queueUrl: 'x',
        isFifo: true,
        bodyTemplate: '{"id":"{ref}"}',
        groupTemplate: 'p_{ref}',
        perSecond: 5,
        state: 'running',
        startedBy: 'Olga',
        startedMs: NOW - HOUR,
      },
      ['900001'],
    )
    await db().orm.execute(
      sql`update resync_item set state = 'sent', sent_at = ${new Date(NOW - HOUR).toISOString()}::timestamptz`,
    )
    const [row] = (await list()).rows
    expect(row).toMatchObject({ asked: 1, askedMs: NOW - HOUR, sinceMs: NOW - 2 * HOUR })
    const page = await loadPerson({ key: row?.key ?? '' }, contextOf())
    expect(page.events.map(({ words }) => words)).toEqual([
      'data asked for again by RS-1, started by Olga',
      'programme created failed: no e-mail address',
      'programme created delivered',
      'programme created failed: no e-mail address',
      'profile created',
    ])
    expect(page.without).toMatchObject({ sinceMs: NOW - 2 * HOUR })
    expect(page.mails).toMatchObject([{ status: 'failed', recoveredInMs: null }])
    const resync = await loadResync({ name: `RS-${id}`, page: 1 }, contextOf())
    expect(resync.sample).toEqual({ via: 'sqs', to: 'request.fifo', body: '{"id":"9•••01"}', group: 'p_9•••01' })
    expect(resync.people).toMatchObject([{ ref: '9•••01', end: 'open' }])
  })

  it('say of an e-mail that went out after it had failed how long that took', async () => {
    const sent = anOutcomeEvent({ notificationId: 'n-900001', atMs: NOW - 2 * HOUR, facts: { personRef: '900001' } })
    await tell(failed('900001', 9), failed('900001', 6), sent)
    const [row] = (await list({ state: 'recovered' })).rows
    const page = await loadPerson({ key: row?.key ?? '' }, contextOf())
    expect(page.mails).toMatchObject([{ status: 'delivered', recoveredInMs: 7 * HOUR }])
  })

  it('are not found by a key that Spillway did not write', async () => {
    await expect(loadPerson({ key: 'A'.repeat(44) }, contextOf())).rejects.toMatchObject({ code: 'not_found' })
  })

  it('leave one row in the audit for each list and person that an operator opens, none while it stays open, and none for a viewer', async () => {
    await tell(failed('900001', 5))
    const [row] = (await list()).rows
    await peopleListQuery.read({ state: 'failed' }, aPerson('viewer'), null)
    expect(await audited()).toEqual([])
    await peopleListQuery.read({ state: 'failed' }, aPerson('operator'), null)
    await peopleListQuery.read({ state: 'failed' }, aPerson('operator'), null, 'follow')
    await peopleListQuery.read({ state: 'failed' }, aPerson('operator'), null, 'follow')
    await personQuery.read({ key: row?.key }, aPerson('operator'), null)
    await peopleListQuery.read({ state: 'failed', page: '2' }, aPerson('operator'), null, 'follow')
    const entry = { actor: 'person:operator', action: 'read-references', result: 'done' }
    expect(await audited()).toEqual([
      { ...entry, detail: { view: 'people', state: 'failed', range: 'all', page: 1 } },
      { ...entry, detail: { view: 'person', key: row?.key } },
      { ...entry, detail: { view: 'people', state: 'failed', range: 'all', page: 2 } },
    ])
  })

  it('are exported by operators alone, whole and in clear, and the audit has it', async () => {
    await tell(
      ...Array.from({ length: 1_203 }, (_, at) => failed(String(900_000 + at), 5)),
      failed('800001', 5, { reason: 'other', rawDetail: '=HYPERLINK("http://x")' }),
    )
    expect(await runAction(exportPeople.definition, aPerson('responder'), { filter: {}, asOfMs: NOW })).toMatchObject({
      ok: false,
    })
    expect(await runAction(exportPeople.definition, aPerson('operator'), { filter: {}, asOfMs: NOW })).toEqual({
      ok: true,
      data: { people: 1_204 },
    })
    expect(await audited()).toMatchObject([
      { action: 'export-people', result: 'refused' },
      { action: 'export-people', result: 'done', detail: { filter: 'without their e-mail' } },
    ])
    const lines = (await new Response(peopleCsv({}, NOW)).text()).trimEnd().split('\r\n')
    expect(lines).toHaveLength(1_205)
    expect(lines[1]).toBe(
      `"800001","failed","another reason","'=HYPERLINK(""http://x"")","PROGRAMME_CREATED","Thames Valley","example.com",1,"2024-11-07T05:30:00.000Z",0,`,
    )
    const narrowed = await new Response(peopleCsv({ reason: 'other' }, NOW)).text()
    expect(narrowed.trimEnd().split('\r\n')).toHaveLength(2)
  })
})
