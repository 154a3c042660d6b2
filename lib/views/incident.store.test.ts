import { expect, it } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import type { Role } from '#lib/domain/role.ts'
import { acknowledge } from '#lib/incidents/acknowledge.ts'
import { openIncidents } from '#lib/incidents/open-incidents.ts'
import { applyFinding } from '#lib/store/findings.ts'
import { insertMarks } from '#lib/store/marks.ts'
import { applyOutcomeEvents } from '#lib/store/outcomes.ts'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { aFinding, aMark, anOutcomeEvent, aQueue, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { loadIncident } from './incident/query.ts'
import { incidentView } from './incident/contract.ts'
import { loadIncidents } from './incidents/query.ts'
import { loadOverview } from './overview/query.ts'
import type { ViewContext } from './read-view.ts'

const MINUTE_MS = 60_000
const at = (minute: number): number => INCIDENT_DAY_MS + minute * MINUTE_MS

const settings = settingsSchema.parse({
  slack: { channel: '#incidents' },
  sources: { 'email-outcomes': { queueUrl: 'http://127.0.0.1/outcomes' } },
  flow: [{ queue: 'profile-created', label: 'profiles', service: 'sync' }],
})

const leak = (sent: number) =>
  aFinding({
    detector: 'flow-parity',
    subject: { kind: 'queue', id: 'profile-created' },
    title: `profile-created: ${sent} sent, 0 processed`,
    evidence: { sent },
  })

const params = (raw: Readonly<Record<string, string>>) => incidentView.params.parse(raw)

describeStores('the page of an incident', ({ db }) => {
  const context = (minute: number, role: Role = 'viewer'): ViewContext => ({
    viewer: { kind: 'person', sessionId: 's', sub: 'u', name: 'Uma', role },
    db: db(),
    tx: db().orm,
    nowMs: at(minute),
    timeZone: settings.team.timeZone,
    settings,
    env: readEnv({}).env,
  })

  async function found(sent: number, minute: number, failedFor: readonly string[]): Promise<void> {
    const finding = leak(sent)
    const events = failedFor.map((ref) =>
      anOutcomeEvent({ notificationId: ref, status: 'failed', atMs: at(minute), facts: { personRef: ref } }),
    )
    const samples = [
      { series: 'cloudwatch/profile-created/sent', atMs: at(minute - 1), value: 6 },
      { series: 'cloudwatch/profile-created/deleted', atMs: at(minute - 1), value: 0 },
    ]
    await db().transaction(async (tx) => {
      await upsertQueues(tx, [aQueue()], at(minute), true)
      await insertSamples(tx, samples, { isBackfill: false })
      await applyOutcomeEvents(tx, events, { isBackfill: false })
      await applyFinding(tx, finding, finding.detector, finding.subject, at(minute))
      await openIncidents(tx, { settings, nowMs: at(minute) })
    })
  }

  const refs = async (role: Role) =>
    (await loadIncident(params({ name: 'INC-1' }), context(30, role))).people.rows.map(({ ref }) => ref)

  it('shows the figures of the moment that a link names beside those of now', async () => {
    await found(6, 4, ['900001'])
    await found(12, 9, ['900002', '900003'])
    const linked = params({ name: 'inc-1', from: String(at(0)), to: String(at(4)) })
    const page = await loadIncident(linked, context(30))
    expect(page.isMoment).toBe(true)
    expect(page.figuresThen).toMatchObject({
      atMs: at(4),
      headline: 'INC-1 · profile-created: 6 sent, 0 processed since 10:30 · 1 person without their onboarding e-mail',
      people: { without: 1, sinceIncident: 1 },
      queues: [{ name: 'profile-created', label: 'profiles', sent: 6, deleted: 0, dlq: null }],
    })
    expect(page.figuresNow).toMatchObject({
      atMs: at(30),
      headline: 'INC-1 · profile-created: 12 sent, 0 processed since 10:30 · 3 people without their onboarding e-mail',
      queues: [{ sent: 12, deleted: 0 }],
      findings: [{ title: 'profile-created: 12 sent, 0 processed', sinceMs: at(0) }],
    })
    const elsewhere = await loadIncident(linked, { ...context(30), timeZone: 'America/New_York' })
    expect(elsewhere.headline.text).toContain('0 processed since 05:30')
    expect(elsewhere.figuresThen?.headline, 'word for word').toBe(page.figuresThen?.headline)
    const unlinked = await loadIncident(params({ name: 'INC-1' }), context(30))
    expect(unlinked).toMatchObject({ isMoment: false, figuresThen: { atMs: at(4) } })
  })

  it('counts neither as sent nor as processed what Spillway itself moved in place', async () => {
    await found(6, 4, [])
    await insertSamples(
      db().orm,
      [
        { series: 'cloudwatch/profile-created/sent', atMs: at(10), value: 9 },
        { series: 'cloudwatch/profile-created/deleted', atMs: at(10), value: 6 },
      ],
      { isBackfill: false },
    )
    await addOwnTraffic(db().orm, 'profile-created', { sent: 5, received: 5, deleted: 5 }, at(10))
    // Of this minute CloudWatch has told nothing yet.
    await addOwnTraffic(db().orm, 'profile-created', { sent: 1, received: 1, deleted: 1 }, at(12))
    const { figuresNow } = await loadIncident(params({ name: 'INC-1' }), context(30))
    expect(figuresNow.queues).toMatchObject([{ sent: 10, deleted: 1 }])
  })

  it('reads as the story with its durations, its deploys and who acknowledged', async () => {
    await insertMarks(db().orm, [aMark({ atMs: at(-2) })])
    await found(6, 4, [])
    await db().transaction((tx) => acknowledge(tx, { number: 1, by: 'Omar Reid' }, { settings, nowMs: at(6) }))
    const page = await loadIncident(params({ name: 'INC-1' }), context(30))
    expect(page).toMatchObject({
      name: 'INC-1',
      truth: 'bad',
      state: 'acknowledged',
      service: 'sync',
      acknowledged: { atMs: at(6), by: 'Omar Reid' },
      resolved: null,
      summary: 'Noticed after 4 min, acknowledged 2 min later, lasting for 30 min; nobody known to be affected.',
      marks: [{ title: 'sync 1.18.2 deployed' }],
    })
    expect(page.story.map(({ when, kind, text }) => `${when}: ${kind}: ${text}`)).toEqual([
      '2 min before it began: mark: sync 1.18.2 deployed',
      '4 min after it began: detected: profile-created: 6 sent, 0 processed',
      '6 min after it began: acknowledged: Omar Reid takes care of it',
    ])
  })

  it('says of messages in flight that nothing is known yet, until a queue is known to lose some', async () => {
    const inFlight = [{ series: 'sqs/profile-created/in-flight', atMs: at(3), value: 33 }]
    const failed = aFinding({ detector: 'email-failed-spike', subject: { kind: 'emails', id: 'onboarding' } })
    await db().transaction(async (tx) => {
      await upsertQueues(tx, [aQueue()], at(3), true)
      await insertSamples(tx, inFlight, { isBackfill: false })
      await applyFinding(tx, failed, failed.detector, failed.subject, at(3))
      await openIncidents(tx, { settings, nowMs: at(3) })
    })
    const early = await loadIncident(params({ name: 'INC-1' }), context(4))
    expect(early).toMatchObject({ causes: [], undecided: [{ queue: { label: 'profiles' }, inFlight: 33 }] })
    await found(6, 5, [])
    expect(await loadIncident(params({ name: 'INC-1' }), context(6))).toMatchObject({
      causes: [{ queue: { label: 'profiles' } }],
      undecided: [],
    })
  })

  it('names people to operators and masks them for all others', async () => {
    await found(6, 4, ['900001'])
    expect(await refs('operator')).toEqual(['900001'])
    expect(await refs('responder')).toEqual(['9•••01'])
    expect(await refs('viewer')).toEqual(['9•••01'])
  })

  it('is not found under another name, and a name that is none is refused', async () => {
    await expect(loadIncident(params({ name: 'INC-5' }), context(1))).rejects.toMatchObject({ code: 'not_found' })
    expect(incidentView.params.safeParse({ name: 'R-5' }).success).toBe(false)
    expect(incidentView.params.safeParse({ name: 'INC-5', to: 'soon' }).success).toBe(false)
  })

  it('stands in the list and on the overview while it is open', async () => {
    await found(6, 4, [])
    const row = { name: 'INC-1', truth: 'bad', href: '/i/INC-1', sinceMs: at(0), acknowledgedBy: null }
    expect((await loadOverview(context(30))).incidents).toMatchObject([row])
    expect(await loadIncidents(context(30))).toMatchObject({ open: [row], resolved: [] })
  })
})
