import { expect, it } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { countShapes } from '#lib/domain/message-shape.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { openIncidents } from '#lib/incidents/open-incidents.ts'
import { applyFinding } from '#lib/store/findings.ts'
import { insertLook } from '#lib/store/looks.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import type { RedriveVerb } from '#lib/domain/redrive.ts'
import { insertPlan, moveRedrive, type RedriveChange } from '#lib/store/redrives.ts'
import { momentOf } from '#lib/store/moments.ts'
import { redriveMessage } from '#lib/store/redrive-schema.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { aFinding, aQueue, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { incidentView } from './incident/contract.ts'
import { loadIncident } from './incident/query.ts'
import { loadOverview } from './overview/query.ts'
import { loadQueue } from './queue/query.ts'
import type { ViewContext } from './read-view.ts'
import { redriveView } from './redrive/contract.ts'
import { EVERYTHING } from '#lib/domain/redrive-selection.ts'
import { loadRedrive } from './redrive/query.ts'
import { loadRedrives } from './redrives/query.ts'

const NOW = INCIDENT_DAY_MS + 600_000
const DLQ = aQueue({ name: 'profile-created-dlq' })
const settings = settingsSchema.parse({ flow: [{ queue: 'profile-created', label: 'profiles', service: 'sync' }] })

const LEAK = aFinding({ detector: 'flow-parity', subject: { kind: 'queue', id: 'profile-created' } })
const PLAN = {
  mode: 'dlq-to-source',
  sourceQueue: 'profile-created-dlq',
  sourceUrl: DLQ.url,
  destinationQueue: 'profile-created',
  destinationUrl: aQueue().url,
  incident: 1,
  destinationKind: 'source',
  way: 'ledger',
  selection: EVERYTHING,
  transform: [{ kind: 'remove-attribute', name: 'JavaType' }],
  canaryMessages: 1,
  acceptsInterleaving: false,
  purpose: null,
  mostMessages: null,
  perSecond: 5,
  holdSeconds: 30,
  samples: [],
  preflight: null,
  aboutMessages: 4,
  readMessages: 4,
  matchedMessages: 4,
  plannedBy: 'Olga',
  plannedActor: 'person:olga',
  plannedMs: NOW,
} as const

describeStores('what pages offer to heal', ({ db }) => {
  const context = (): ViewContext => ({
    viewer: { kind: 'person', sessionId: 's', sub: 'u', name: 'Uma', role: 'viewer' },
    db: db(),
    tx: db().orm,
    nowMs: NOW,
    timeZone: settings.team.timeZone,
    settings,
    env: readEnv({}).env,
  })

  async function given(what: { readonly hasDlq: boolean; readonly isLeaking: boolean; readonly deadLetters: number }) {
    const queues = what.hasDlq ? [aQueue({ dlqArn: DLQ.arn }), DLQ] : [aQueue()]
    const depth = {
      series: seriesOf.depth('profile-created-dlq', 'visible'),
      atMs: NOW - 1000,
      value: what.deadLetters,
    }
    await db().transaction(async (tx) => {
      await upsertQueues(tx, queues, NOW, true)
      if (what.hasDlq) await insertSamples(tx, [depth], { isBackfill: false })
      if (what.isLeaking) await applyFinding(tx, LEAK, LEAK.detector, LEAK.subject, NOW)
      await openIncidents(tx, { settings, nowMs: NOW })
    })
  }

  const queuePage = () => loadQueue({ name: 'profile-created', range: '24h' }, context())
  const incidentPage = () => loadIncident(incidentView.params.parse({ name: 'INC-1' }), context())

  const toldOfFirst = async () => {
    const { headline, counts, canary } = await loadRedrive({ name: 'R-1' }, context())
    return { text: headline.text, consumed: counts.consumed, unknown: counts.unknown, evidence: canary?.evidence }
  }

  it('offers dead letters back to their source, also from the page of the source', async () => {
    await given({ hasDlq: true, isLeaking: true, deadLetters: 4 })
    const offer = {
      queue: { name: 'profile-created-dlq' },
      mode: 'dlq-to-source',
      destinations: [{ name: 'profile-created', label: 'profiles' }],
      waiting: 4,
      look: null,
      active: null,
    }
    expect((await queuePage()).offers).toMatchObject([offer])
    expect((await incidentPage()).healing.offers).toMatchObject([offer])
  })

  it('leads from what is found of a queue to its incident', async () => {
    await given({ hasDlq: false, isLeaking: true, deadLetters: 0 })
    expect((await queuePage()).findings).toMatchObject([{ title: LEAK.title, incident: 'INC-1' }])
    expect((await incidentPage()).findings).toMatchObject([{ title: LEAK.title, incident: null }])
    // The first message that a redrive gets through ends the finding, and the incident goes on.
    await db().transaction((tx) => applyFinding(tx, null, LEAK.detector, LEAK.subject, NOW))
    expect(await queuePage()).toMatchObject({ findings: [], incidents: [{ name: 'INC-1' }] })
  })

  it('offers a queue in place only while it has no dead-letter queue and its parity is broken', async () => {
    await given({ hasDlq: false, isLeaking: true, deadLetters: 0 })
    expect((await queuePage()).offers).toMatchObject([
      { mode: 'in-place', destinations: [{ name: 'profile-created' }] },
    ])
  })

  it('offers nothing of a healthy queue, nor of an empty dead-letter queue', async () => {
    await given({ hasDlq: false, isLeaking: false, deadLetters: 0 })
    expect((await queuePage()).offers).toEqual([])
    await given({ hasDlq: true, isLeaking: true, deadLetters: 0 })
    expect((await queuePage()).offers).toEqual([])
  })

  it('lists the attributes that a look saw, and the redrive that has the queue', async () => {
    await given({ hasDlq: true, isLeaking: true, deadLetters: 4 })
    const attributes = [{ name: 'JavaType', type: 'String', value: 'uk.nhs.hee.ProfileCreateEvent' }]
    const facts = { about: 4, inFlight: 0, firstSentMs: NOW - 5000, lastSentMs: NOW - 4000, isHealthy: false }
    const look = {
      ...facts,
      queue: 'profile-created-dlq',
      atMs: NOW - 1000,
      kind: 'look',
      by: 'Rita',
      read: 1,
    } as const
    await db().transaction((tx) => insertLook(tx, look, countShapes([{ attributes, body: '{}' }])))
    expect((await queuePage()).offers).toMatchObject([
      {
        look: { by: 'Rita', read: 1, about: 4 },
        attributes: [{ name: 'JavaType', count: 1, of: 1, className: 'uk.nhs.hee.ProfileCreateEvent' }],
      },
    ])
    const plan = await insertPlan(db().orm, PLAN)
    await db().transaction((tx) => moveRedrive(tx, plan.id, 'start', { startedBy: 'Olga', startedMs: NOW }, NOW))
    const { offers, redrives } = await queuePage()
    expect(offers[0]?.active).toMatchObject({ name: 'R-1', state: 'canary', truth: 'healing', href: '/redrives/R-1' })
    expect(redrives.map(({ name }) => name)).toEqual(['R-1'])
    expect((await incidentPage()).healing.redrives.map(({ name }) => name)).toEqual(['R-1'])
  })

  it('shows a plan with its queues by their labels and the incident that it heals', async () => {
    await given({ hasDlq: true, isLeaking: true, deadLetters: 4 })
    await insertPlan(db().orm, PLAN)
    expect(await loadRedrive(redriveView.params.parse({ name: 'r-1' }), context())).toMatchObject({
      name: 'R-1',
      truth: 'muted',
      headline: {
        text: 'R-1 would move about 4 messages from profile-created-dlq to profiles, without JavaType. Nothing has moved yet.',
      },
      incident: { name: 'INC-1', href: '/i/INC-1' },
      canary: null,
      takesWords: 'less than 1 s at 5 messages a second, after the first one is proven',
      counts: { moved: 0, consumed: 0, cameBack: 0, unknown: 0, possibleDuplicates: 0 },
      notes: [],
    })
    await expect(loadRedrive({ name: 'R-9' }, context())).rejects.toThrow('There is no redrive R-9.')
  })

  it('says how fast a redrive goes, why one stopped by itself, and that a person may let it go on', async () => {
    await given({ hasDlq: true, isLeaking: true, deadLetters: 4 })
    await insertPlan(db().orm, { ...PLAN, rampFrom: 1 })
    const pace = { perSecond: 2, sinceMs: NOW, sent: 1, consumed: 1 }
    const reason = '4 of 20 messages came back with the same cause: the consumer still cannot process them.'
    const story = [{ atMs: NOW, by: 'spillway', text: `Stopped by itself: ${reason}` }]
    const move = (...[verb, change]: [RedriveVerb, RedriveChange]) =>
      db().transaction((tx) => moveRedrive(tx, 1, verb, change, NOW))
    await move('start', { startedBy: 'Olga', startedMs: NOW })
    await move('canary-moved', {})
    await move('canary-consumed', { canaryFate: 'consumed', pace })
    expect(await loadRedrive({ name: 'R-1' }, context())).toMatchObject({
      rampFrom: 1,
      paceWords: expect.stringContaining('It moves 2 messages a second now, of 5 asked'),
      isResumable: false,
    })
    await move('came-back', { reason, endedMs: NOW, endedBy: 'spillway', story })
    expect(await loadRedrive({ name: 'R-1' }, context())).toMatchObject({
      headline: { truth: 'bad', text: `R-1 stopped by itself with 0 messages moved. ${reason}` },
      paceWords: null,
      isResumable: true,
      story,
    })
  })

  it('proves of first messages whose fate is open only what decides about them, in sentence, figures and evidence alike', async () => {
    await given({ hasDlq: true, isLeaking: true, deadLetters: 4 })
    await insertPlan(db().orm, { ...PLAN, canaryMessages: 3 })
    const startedMs = NOW - 600_000
    const sentMs = NOW - 180_000
    const change = { startedBy: 'Olga', startedMs, backlog: 0 }
    await db().transaction((tx) => moveRedrive(tx, 1, 'start', change, startedMs))
    const sent = momentOf(sentMs)
    const moments = { read: sent, sending: sent, sent }
    const facts = { sourceQueue: PLAN.sourceQueue, bodyMd5: 'x', receiveCount: 1 }
    const row = { redrive: 1, state: 'deleted', isCanary: true, ...facts, ...moments }
    await db()
      .orm.insert(redriveMessage)
      .values(['a', 'b', 'c'].map((messageId) => ({ ...row, messageId })))
    await db().transaction((tx) => moveRedrive(tx, 1, 'canary-moved', {}, sentMs))
    type Flow = Readonly<Record<'sent' | 'deleted', readonly number[]>>
    const expectFirst = async (beganMs: number, flow: Flow, told: object) => {
      const samples = (['sent', 'deleted'] as const).flatMap((metric) => {
        const series = seriesOf.flow('profile-created', metric)
        return flow[metric].map((value, minute) => ({ series, atMs: beganMs + minute * 60_000, value }))
      })
      await insertSamples(db().orm, samples, { isBackfill: false })
      expect(await toldOfFirst()).toEqual(told)
    }
    // What the consumer deleted before they were sent tells nothing of them.
    const before = { sent: [3, 0], deleted: [3, 3] }
    await expectFirst(startedMs, before, {
      text: 'R-1 has sent 3 messages and waits for evidence of the fate of each; nothing else moves until then.',
      consumed: 0,
      unknown: 3,
      evidence: 'Nothing has shown yet what became of them.',
    })
    const after = { sent: [3, 0], deleted: [0, 2] }
    await expectFirst(sentMs, after, {
      text: 'R-1 has sent 3 messages first: 2 are known to be consumed, and it waits for evidence of the other one; nothing else moves until then.',
      consumed: 2,
      unknown: 1,
      evidence: expect.stringContaining('Of 3 messages 2 are known to be processed, by the deletes that SQS counted'),
    })
    for (const verb of ['pause', 'stop'] as const) {
      await db().transaction((tx) => moveRedrive(tx, 1, verb, {}, NOW))
      const { counts, canary } = await loadRedrive({ name: 'R-1' }, context())
      expect({ verb, consumed: counts.consumed, evidence: canary?.evidence }).toEqual({
        verb,
        consumed: 2,
        evidence: expect.stringContaining('Of 3 messages 2 are known to be processed'),
      })
    }
  })

  it('names what a stopped redrive does not know to be deleted, and how much that is, however many came back', async () => {
    await given({ hasDlq: true, isLeaking: true, deadLetters: 63 })
    await insertPlan(db().orm, { ...PLAN, aboutMessages: 63 })
    const [early, late] = [momentOf(NOW - 60_000), momentOf(NOW - 30_000)]
    const facts = { redrive: 1, sourceQueue: PLAN.sourceQueue, bodyMd5: 'x', receiveCount: 1, isCanary: false }
    const back = { ...facts, state: 'deleted', read: late, sent: late, cameBack: late }
    const sent = { ...facts, state: 'sent', read: early, sent: early }
    const rows = [
      ...Array.from({ length: 60 }, (_, at) => ({ ...back, messageId: `back-${at}` })),
      ...['a', 'b', 'c'].map((messageId) => ({ ...sent, messageId, cameBack: messageId === 'c' ? late : null })),
    ]
    await db().orm.insert(redriveMessage).values(rows)
    const move = (verb: RedriveVerb) => db().transaction((tx) => moveRedrive(tx, 1, verb, {}, NOW))
    await move('start')
    const moving = await loadRedrive({ name: 'R-1' }, context())
    expect(moving.counts).toMatchObject({ moved: 63, movedHow: 'of about 63' })
    expect(moving.notes.filter(({ halfWay }) => halfWay !== null)).toEqual([])
    await move('stop')
    const { counts, notes } = await loadRedrive({ name: 'R-1' }, context())
    expect(counts.movedHow).toBe('of about 63; 3 not known to be deleted from where they were')
    expect(notes).toHaveLength(50)
    const named = notes.filter(({ halfWay }) => halfWay?.includes('may still stand where it was') === true)
    expect(named.map(({ messageId }) => messageId)).toEqual(['a', 'b', 'c'])
  })

  it('keeps all redrives in the history, with who and why, a page at a time and by queue', async () => {
    await given({ hasDlq: true, isLeaking: true, deadLetters: 4 })
    for (let index = 0; index < 51; index += 1) await insertPlan(db().orm, { ...PLAN, purpose: `why ${index}` })
    const first = await loadRedrives({}, context())
    expect(first.redrives[0]).toMatchObject({ name: 'R-51', plannedBy: 'Olga', purpose: 'why 50', startedBy: null })
    expect(first).toMatchObject({ olderBefore: 2, headline: { text: 'No redrive works at this moment.' } })
    const older = await loadRedrives({ before: 2 }, context())
    expect(older.redrives.map(({ name }) => name)).toEqual(['R-1'])
    expect(older.olderBefore).toBeNull()
    expect((await loadRedrives({ queue: 'profile-created' }, context())).redrives).toHaveLength(50)
    expect((await loadRedrives({ queue: 'other' }, context())).redrives).toEqual([])
  })

  it('does not list the findings of an open incident beside it on the overview', async () => {
    await given({ hasDlq: false, isLeaking: true, deadLetters: 0 })
    const { incidents, findings } = await loadOverview(context())
    expect(incidents.map(({ name }) => name)).toEqual(['INC-1'])
    expect(findings).toEqual([])
  })
})
