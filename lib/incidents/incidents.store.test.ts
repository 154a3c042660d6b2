import { describe, expect, it } from 'vitest'
import { settingsSchema } from '#lib/config/settings.ts'
import type { Finding } from '#lib/domain/finding.ts'
import type { IncidentFigures } from '#lib/domain/incident-figures.ts'
import type { Incident } from '#lib/domain/incident.ts'
import { listAudit } from '#lib/store/audit.ts'
import { openDb, type Db, type Tx } from '#lib/store/db.ts'
import { applyFinding } from '#lib/store/findings.ts'
import { addEntry, listEntries } from '#lib/store/incident-entries.ts'
import { listFindingsOf } from '#lib/store/incident-findings.ts'
import { listAffected } from '#lib/store/incident-people.ts'
import { findSnapshot } from '#lib/store/incident-snapshots.ts'
import { getIncident, insertIncident, listIncidents, listOpenIncidents } from '#lib/store/incidents.ts'
import { insertMarks } from '#lib/store/marks.ts'
import { applyOutcomeEvents } from '#lib/store/outcomes.ts'
import { insertProfiles } from '#lib/store/profiles.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { aFinding, aMark, anOutcomeEvent, aProfile, aQueue, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { acknowledge } from './acknowledge.ts'
import { addNote } from './add-note.ts'
import type { KnownWithoutAddress } from './gather-evidence.ts'
import type { IncidentContext } from './incident-context.ts'
import { openIncidents } from './open-incidents.ts'
import { resolve } from './resolve.ts'
import { tendIncidents } from './tend-incidents.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const settings = settingsSchema.parse({
  slack: { channel: '#incidents' },
  sources: { 'email-outcomes': { queueUrl: 'http://127.0.0.1/outcomes' }, profiles: {} },
  flow: [
    { queue: 'profile-created', service: 'sync', profilesIn: true },
    { queue: 'contact-details', service: 'notifications' },
  ],
})

const at = (minute: number): number => INCIDENT_DAY_MS + minute * MINUTE_MS
const contextAt = (minute: number): IncidentContext => ({ settings, nowMs: at(minute) })
const nobody: KnownWithoutAddress = async () => []

const leak = (sent = 6): Finding =>
  aFinding({
    detector: 'flow-parity',
    subject: { kind: 'queue', id: 'profile-created' },
    title: `profile-created: ${sent} sent, 0 processed`,
    evidence: { sent },
  })
const deadLetters = aFinding({
  subject: { kind: 'queue', id: 'contact-details-dlq' },
  title: '3 dead letters wait in contact-details-dlq (from contact-details)',
  sinceMs: at(1),
})
const failures = aFinding({
  detector: 'email-failed-spike',
  subject: { kind: 'emails', id: 'no_email_address' },
  title: 'The last 5 onboarding e-mails all failed: no e-mail address; usual is 1 in 80',
  sinceMs: at(2),
})
const errors = aFinding({
  detector: 'service-errors',
  subject: { kind: 'service', id: 'sync' },
  title: 'sync: 60 errors in the last hour, usually 0',
  sinceMs: at(1),
})
const silence = aFinding({
  detector: 'source-silent',
  subject: { kind: 'source', id: 'sqs' },
  severity: 'unknown',
  title: 'We cannot see SQS: not reachable',
})

const find = (finding: Finding, minute: number) => (tx: Tx) =>
  applyFinding(tx, finding, finding.detector, finding.subject, at(minute))
const end = (finding: Finding, minute: number) => (tx: Tx) =>
  applyFinding(tx, null, finding.detector, finding.subject, at(minute))

const processed =
  (queue: string, minute: number, count = 1) =>
  (tx: Tx) =>
    insertSamples(tx, [{ series: `cloudwatch/${queue}/deleted`, atMs: at(minute), value: count }], {
      isBackfill: false,
    })
const email = (ref: string, minute: number, status: 'failed' | 'delivered', reason?: 'bounce_permanent') => (tx: Tx) =>
  applyOutcomeEvents(
    tx,
    [
      anOutcomeEvent({
        notificationId: `n-${ref}`,
        status,
        atMs: at(minute),
        facts: { personRef: ref },
        ...(reason === undefined ? {} : { reason }),
      }),
    ],
    { isBackfill: false },
  )
describeStores('incidents', ({ db, kind }) => {
  /** As collecting does it: what is found and what becomes of it commit together. */
  async function happen(minute: number, ...steps: readonly ((tx: Tx) => Promise<unknown>)[]): Promise<boolean> {
    return db().transaction(async (tx) => {
      for (const step of steps) await step(tx)
      return openIncidents(tx, contextAt(minute))
    })
  }
  const tick = (minute: number, known: KnownWithoutAddress = nobody): Promise<boolean> =>
    db().transaction((tx) => tendIncidents(tx, contextAt(minute), known))

  async function inventory(): Promise<void> {
    const dlq = aQueue({ name: 'contact-details-dlq' })
    const queues = [
      aQueue(),
      aQueue({ name: 'contact-details', dlqArn: dlq.arn }),
      dlq,
      aQueue({ name: 'other', dlqArn: aQueue({ name: 'other-dlq' }).arn }),
      aQueue({ name: 'other-dlq' }),
    ]
    await upsertQueues(db().orm, queues, at(-60), true)
  }
  const only = async (): Promise<Incident> => {
    const [incident, ...others] = await listIncidents(db().orm, { limit: 10 })
    if (incident === undefined || others.length > 0) throw new Error(`${others.length + 1} incidents and not one`)
    return incident
  }
  const story = async (): Promise<string[]> =>
    (await listEntries(db().orm, (await only()).number)).map(({ kind: each, text }) => `${each}: ${text}`)
  const messages = async () => {
    const { rows } = await db().orm.execute<{ kind: string; dedupeKey: string; state: string; payload: unknown }>(
      'select kind, dedupe_key as "dedupeKey", state, payload from outbox order by id',
    )
    return rows
  }

  async function healed(): Promise<void> {
    await happen(3, find(leak(), 3))
    await db().transaction((tx) => acknowledge(tx, { number: 1, by: 'Omar Reid' }, contextAt(5)))
    await happen(20, end(leak(), 19), processed('profile-created', 19), email('x', 20, 'delivered'))
    await tick(20)
    expect((await only()).state).toBe('resolved')
  }

  const note = (text: string, minute: number) =>
    db().transaction((tx) => addNote(tx, { number: 1, by: 'Omar Reid', text }, contextAt(minute)))

  describe('opening', () => {
    it('makes one incident of a leak, dead letters and failed e-mails of one flow, whatever comes first', async () => {
      await inventory()
      await happen(3, find(failures, 3))
      await happen(4, find(deadLetters, 4))
      await happen(5, find(leak(), 5), email('a', 2, 'failed'), email('b', 3, 'failed'))
      const incident = await only()
      expect(incident).toMatchObject({
        number: 1,
        causeKey: 'flow',
        title: 'profile-created: 6 sent, 0 processed',
        state: 'open',
        severity: 'high',
        peopleAffected: 2,
        isBlind: false,
        sinceMs: at(0),
        openedMs: at(3),
      })
      expect(await listFindingsOf(db().orm, 1)).toHaveLength(3)
      expect(await story()).toEqual([
        `detected: ${failures.title}`,
        `joined: Also found: ${deadLetters.title}`,
        'joined: Also found: profile-created: 6 sent, 0 processed',
        'people: 2 people without their onboarding e-mail',
      ])
    })

    it('keeps a queue outside of the flow and a silent source apart, each with its own incident', async () => {
      await inventory()
      const other = aFinding({ subject: { kind: 'queue', id: 'other-dlq' } })
      await happen(3, find(leak(), 3), find(other, 3), find(silence, 3))
      const open = await listOpenIncidents(db().orm)
      expect(open.map(({ causeKey, isBlind, service }) => ({ causeKey, isBlind, service }))).toEqual(
        expect.arrayContaining([
          { causeKey: 'flow', isBlind: false, service: 'sync' },
          { causeKey: 'queue:other', isBlind: false, service: null },
          { causeKey: 'source:sqs', isBlind: true, service: null },
        ]),
      )
      expect(open).toHaveLength(3)
    })

    it('tells it once, with the very figures that its link will show, and writes who did it', async () => {
      await happen(3, find(leak(), 3), email('a', 2, 'failed'))
      const [root, ...others] = await messages()
      expect(others).toEqual([])
      expect(root).toMatchObject({ kind: 'root', dedupeKey: 'INC-1:root', state: 'pending' })
      const headline =
        'INC-1 · profile-created: 6 sent, 0 processed since 10:30 · 1 person without their onboarding e-mail'
      expect(root?.payload).toMatchObject({ kind: 'card', incident: 1, figures: { headline, atMs: at(3) } })
      const snapshot = await findSnapshot(db().orm, 1, at(3))
      expect(root?.payload).toMatchObject({ figures: snapshot?.figures })
      expect(await listAudit(db().orm)).toMatchObject([
        { actor: 'spillway', action: 'open-incident', result: 'done', detail: { incident: 'INC-1' } },
      ])
    })

    it('changes nothing when nothing is new', async () => {
      await happen(3, find(leak(), 3))
      const before = await only()
      expect(await happen(4)).toBe(false)
      expect(await getIncident(db().orm, 1)).toEqual(before)
      expect(await messages()).toHaveLength(1)
    })

    it('keeps figures up to date by one change of the message that is not sent yet', async () => {
      await happen(3, find(leak(), 3))
      await happen(4, find(leak(12), 4))
      await happen(5, find(leak(18), 5))
      const updates = (await messages()).filter((row) => row.kind === 'update')
      expect(updates).toHaveLength(1)
      expect(updates[0]?.payload).toMatchObject({ title: 'profile-created: 18 sent, 0 processed' })
    })

    it('writes nothing to an outbox that no channel empties', async () => {
      const quiet = { settings: { ...settings, slack: undefined }, nowMs: at(3) }
      await db().transaction(async (tx) => {
        await find(leak(), 3)(tx)
        await openIncidents(tx, quiet)
      })
      expect(await messages()).toEqual([])
      expect((await only()).number).toBe(1)
    })

    it('is undone with what was found when the transaction fails', async () => {
      const failing = db().transaction(async (tx) => {
        await find(leak(), 3)(tx)
        await openIncidents(tx, contextAt(3))
        throw new Error('killed')
      })
      await expect(failing).rejects.toThrow('killed')
      expect(await listIncidents(db().orm, { limit: 1 })).toEqual([])
      expect(await messages()).toEqual([])
    })

    it('puts deploys around its beginning into the story, each once, also those told late', async () => {
      await happen(
        3,
        (tx) => insertMarks(tx, [aMark({ atMs: at(-11) }), aMark({ atMs: at(-40), title: 'too early' })]),
        find(leak(), 3),
      )
      await happen(4, (tx) => insertMarks(tx, [aMark({ atMs: at(20), title: 'notifications 3 deployed' })]))
      await tick(5)
      expect(await story()).toEqual([
        'mark: sync 1.18.2 deployed',
        'detected: profile-created: 6 sent, 0 processed',
        'mark: notifications 3 deployed',
      ])
      expect((await messages()).filter((row) => row.kind === 'thread')).toHaveLength(2)
    })

    it('tells a deploy and its release in Sentry as one change, whichever is told first', async () => {
      const deploy = aMark({ atMs: at(-2) })
      const release = aMark({ atMs: at(-1), kind: 'release' })
      await happen(3, (tx) => insertMarks(tx, [release]), find(leak(), 3))
      await happen(4, (tx) => insertMarks(tx, [deploy, aMark({ atMs: at(9), kind: 'release' })]))
      await tick(5)
      expect((await story()).filter((line) => line.startsWith('mark'))).toEqual([
        'mark: sync 1.18.2 deployed',
        'mark: sync 1.18.2 deployed',
      ])
    })

    it('is critical from 25 people on, and says so', async () => {
      await happen(3, find(leak(), 3), email('p0', 2, 'failed'))
      const more = Array.from({ length: 24 }, (_, index) => email(`p${index + 1}`, 4, 'failed'))
      await happen(5, ...more)
      expect(await only()).toMatchObject({ severity: 'critical', peopleAffected: 25 })
      expect(await story()).toContain('people: 25 people without their onboarding e-mail')
    })

    it('does not count a bounce to lost messages', async () => {
      await happen(3, find(leak(), 3), email('a', 2, 'failed', 'bounce_permanent'), email('b', -5, 'failed'))
      expect(await only()).toMatchObject({ severity: 'low', peopleAffected: 0 })
    })
  })

  describe('two processes', () => {
    it('that find signs of one cause at once open one incident between them', async () => {
      await inventory()
      await Promise.all([happen(3, find(leak(), 3)), happen(3, find(failures, 3)), happen(3, find(deadLetters, 3))])
      await tick(4)
      expect((await only()).number).toBe(1)
      expect(await listFindingsOf(db().orm, 1)).toHaveLength(3)
      expect((await messages()).filter((row) => row.kind === 'root')).toHaveLength(1)
    })

    it('cannot open two of one cause even without waiting for one another', async () => {
      const opened = {
        causeKey: 'flow',
        service: null,
        title: 'x',
        severity: 'low',
        isBlind: false,
        sinceMs: at(0),
        openedMs: at(1),
        peopleAffected: 0,
      } as const
      const both = await Promise.all([1, 2].map(() => db().transaction((tx) => insertIncident(tx, opened))))
      expect(both.filter((each) => each !== null)).toHaveLength(1)
    })

    it('of their own on one PostgreSQL agree on one incident', async ({ skip }) => {
      if (kind === 'embedded') return skip('one process only')
      const { rows } = await db().orm.execute<{ name: string }>('select current_database() as name')
      const url = await urlOf(db(), rows[0]?.name ?? '')
      const other = await openDb({ databaseUrl: url })
      try {
        const inOther = other.transaction(async (tx) => {
          await find(failures, 3)(tx)
          return openIncidents(tx, contextAt(3))
        })
        await Promise.all([inOther, happen(3, find(leak(), 3))])
      } finally {
        await other.close()
      }
      await tick(4)
      expect((await only()).number).toBe(1)
      expect(await listFindingsOf(db().orm, 1)).toHaveLength(2)
    })
  })

  describe('people', () => {
    it('who acknowledge at once: one wins and the other hears who', async () => {
      await happen(3, find(leak(), 3))
      const attempts = await Promise.allSettled(
        ['Omar Reid', 'Vera Lindqvist'].map((by) =>
          db().transaction((tx) => acknowledge(tx, { number: 1, by }, contextAt(5))),
        ),
      )
      const winner = (await only()).acknowledgedBy
      const refused = attempts.find((each) => each.status === 'rejected')
      expect(attempts.filter((each) => each.status === 'fulfilled')).toHaveLength(1)
      expect(refused?.reason).toMatchObject({
        code: 'conflict',
        message: `INC-1 was acknowledged by ${winner} at 10:35.`,
      })
      expect((await story()).filter((line) => line.startsWith('acknowledged'))).toEqual([
        `acknowledged: ${winner} takes care of it`,
      ])
    })

    it('add notes, also afterwards, each with its own reply', async () => {
      await happen(3, find(leak(), 3))
      await note('Asked the sync team', 5)
      await note('They roll back', 5)
      const replies = (await messages()).filter((row) => row.kind === 'thread')
      expect(replies.map(({ payload }) => payload)).toMatchObject([
        { text: 'Asked the sync team', actor: 'Omar Reid' },
        { text: 'They roll back' },
      ])
    })

    it('resolve it with a reason, whatever is seen; the finding that goes on does not open it again', async () => {
      await happen(3, find(leak(), 3))
      await db().transaction((tx) => resolve(tx, { number: 1, by: 'Omar Reid', reason: 'a test' }, contextAt(5)))
      await tick(6)
      expect(await only()).toMatchObject({ state: 'resolved', resolvedBy: 'Omar Reid', resolvedMs: at(5) })
      const again = db().transaction((tx) => resolve(tx, { number: 1, by: 'Vera', reason: 'x' }, contextAt(7)))
      await expect(again).rejects.toMatchObject({
        code: 'conflict',
        message: 'INC-1 was resolved by Omar Reid at 10:35.',
      })
    })

    it('hear that there is no such incident', async () => {
      const missing = db().transaction((tx) => acknowledge(tx, { number: 9, by: 'Omar' }, contextAt(5)))
      await expect(missing).rejects.toMatchObject({ code: 'not_found', message: 'There is no incident INC-9.' })
    })
  })

  describe('the end', () => {
    it('comes when messages are processed and everybody affected has their e-mail', async () => {
      await happen(3, find(leak(), 3), email('a', 2, 'failed'), email('b', 2, 'failed'))
      await happen(20, end(leak(), 19), processed('profile-created', 19, 2))
      await tick(20)
      expect(await only()).toMatchObject({
        state: 'open',
        healingMs: at(19),
        waitingFor: '2 people are still without their onboarding e-mail',
      })
      await happen(25, email('a', 22, 'delivered'))
      await tick(25)
      expect(await only()).toMatchObject({
        state: 'open',
        waitingFor: '1 person is still without their onboarding e-mail',
      })
      await happen(30, email('b', 28, 'delivered'))
      await tick(30)
      expect(await only()).toMatchObject({
        state: 'resolved',
        resolvedBy: 'spillway',
        resolvedMs: at(30),
        waitingFor: null,
      })
      expect((await story()).slice(-2)).toEqual([
        'people: All 2 people have their onboarding e-mail',
        'resolved: Over on evidence: profile-created: 2 processed; all 2 people affected have their onboarding e-mail',
      ])
      expect(await listAffected(db().orm, 1, 10)).toEqual([
        { ref: 'a', sinceMs: at(2), healedMs: at(22), note: null },
        { ref: 'b', sinceMs: at(2), healedMs: at(28), note: null },
      ])
      expect((await listAudit(db().orm))[0]).toMatchObject({ actor: 'spillway', action: 'resolve-incident' })
    })

    it('does not keep the proof of a redrive, which comes later, from being told', async () => {
      await healed()
      const text = 'R-1: 6 redriven: 6 consumed, 0 came back, 0 unknown.'
      await addEntry(db().orm, { incident: 1, atMs: at(22), kind: 'redrive', actor: 'spillway', text, data: {} })
      await tick(23)
      await tick(24)
      const told = (await messages()).filter(({ payload }) => JSON.stringify(payload).includes(text))
      expect(told.map(({ kind: each }) => each)).toEqual(['thread'])
      expect((await only()).state).toBe('resolved')
    })

    it('does not come when dead letters are gone and the e-mails do not follow', async () => {
      await inventory()
      await happen(3, find(deadLetters, 3), email('a', 2, 'failed'))
      await happen(
        20,
        end(deadLetters, 20),
        processed('contact-details', 19, 5),
        email('somebody-else', 21, 'delivered'),
      )
      await tick(21)
      await tick(600)
      expect(await only()).toMatchObject({
        state: 'open',
        waitingFor: '1 person is still without their onboarding e-mail',
      })
    })

    it('does not come by what was processed before dead letters were seen, however soon they were gone', async () => {
      await inventory()
      await happen(3, processed('contact-details', 0, 4), find({ ...deadLetters, sinceMs: at(2) }, 2))
      await happen(3, end(deadLetters, 3), email('x', 3, 'delivered'))
      await tick(3)
      expect((await only()).waitingFor).toBe('no message of contact-details is known to be processed since')
      await happen(5, processed('contact-details', 2))
      await tick(5)
      expect((await only()).state).toBe('resolved')
    })

    it('does not come while those are not heard of whose messages were tried before they were seen to be dead', async () => {
      const dlq = aQueue({ name: 'contact-details-dlq' })
      const tried = { maxReceiveCount: 5, visibilityTimeoutSeconds: 60 }
      await upsertQueues(db().orm, [aQueue({ name: 'contact-details', dlqArn: dlq.arn, ...tried }), dlq], at(-60), true)
      const profile = (ref: string, minute: number) => (tx: Tx) =>
        insertProfiles(tx, [aProfile({ ref, createdAtMs: at(minute) })], at(minute))
      await happen(
        3,
        profile('long-before', -60),
        profile('tried', -3),
        find(deadLetters, 3),
        email('failed', -4, 'failed'),
      )
      expect((await only()).peopleAffected).toBe(1)
      await happen(20, end(deadLetters, 19), processed('contact-details', 19), email('failed', 20, 'delivered'))
      await tick(20)
      expect((await only()).waitingFor).toBe('of 1 profile created meanwhile no onboarding e-mail is known yet')
      // A day later the profile is without its e-mail, and no longer one that may still hear of it.
      await happen(2 * 24 * 60)
      await tick(2 * 24 * 60)
      expect(await only()).toMatchObject({
        peopleAffected: 2,
        waitingFor: '1 person is still without their onboarding e-mail',
      })
    })

    it('does not come while a profile that was created meanwhile is not heard of', async () => {
      await happen(3, find(leak(), 3), (tx) =>
        insertProfiles(tx, [aProfile({ ref: 'late', createdAtMs: at(5) })], at(5)),
      )
      await happen(20, end(leak(), 19), processed('profile-created', 19), email('x', 20, 'delivered'))
      await tick(20)
      expect((await only()).waitingFor).toBe('of 1 profile created meanwhile no onboarding e-mail is known yet')
      await happen(21, email('late', 21, 'delivered'))
      await tick(21)
      expect((await only()).state).toBe('resolved')
    })

    it('does not come when a leak is over by Spillway’s word alone: nothing is known to be processed', async () => {
      await happen(3, find(leak(), 3))
      await happen(20, end(leak(), 19), email('x', 20, 'delivered'))
      await tick(20)
      expect((await only()).waitingFor).toBe('no message of profile-created is known to be processed since')
    })

    it('leaves those out who have no address in the source, and names how many', async () => {
      await happen(3, find(leak(), 3), email('a', 2, 'failed'), email('b', 2, 'failed'))
      await happen(20, end(leak(), 19), processed('profile-created', 19, 2), email('a', 22, 'delivered'))
      const asked: unknown[] = []
      await tick(25, async (_tx, query) => {
        asked.push(query)
        return ['b', 'not one of them']
      })
      expect(asked).toEqual([{ incident: 1, refs: ['b'], fixedMs: at(19) }])
      expect(await only()).toMatchObject({ state: 'resolved', peopleAffected: 2 })
      expect((await listAffected(db().orm, 1, 10))[0]).toMatchObject({
        ref: 'b',
        healedMs: null,
        note: 'no_email_address',
      })
      expect((await story()).at(-1)).toBe(
        'resolved: Over on evidence: profile-created: 2 processed; 1 of 2 people affected have their onboarding e-mail; 1 person has no e-mail address in the source',
      )
    })

    it('does not wait for those whose e-mail went out and bounced, and names how many', async () => {
      await happen(4, find(leak(), 4), find(failures, 4), email('900101', 3, 'failed'), email('900102', 3, 'failed'))
      const mended = [end(leak(), 20), end(failures, 20), processed('profile-created', 20, 2)]
      await happen(20, ...mended, email('900101', 20, 'delivered'), email('900102', 21, 'failed', 'bounce_permanent'))
      await tick(22)
      expect((await story()).at(-1)).toBe(
        'resolved: Over on evidence: profile-created: 2 processed; 1 of 2 people affected have their onboarding e-mail; of 1 person the e-mail went out and bounced',
      )
      expect(await listAffected(db().orm, 1, 10)).toMatchObject([
        { ref: '900102', note: 'bounced' },
        { ref: '900101', note: null },
      ])
    })

    it('of an incident of e-mails alone rests on outcomes', async () => {
      await happen(3, find(failures, 3), email('a', 2, 'failed'))
      await happen(20, end(failures, 20), email('x', 20, 'delivered'))
      await tick(20)
      expect((await only()).state).toBe('open')
      await happen(21, email('a', 21, 'delivered'))
      await tick(21)
      expect((await only()).state).toBe('resolved')
    })

    it('of stuck messages is not held up by errors of the last hour, which belong to it all the same', async () => {
      await happen(4, find(leak(), 4), find(errors, 4))
      await happen(20, end(leak(), 20), processed('profile-created', 20), email('900101', 20, 'delivered'))
      expect((await only()).healingMs).toBe(at(20))
      await tick(21)
      expect(await only()).toMatchObject({ state: 'resolved', title: leak().title })
    })

    it('of errors alone comes when an hour of them is usual again and e-mails go out', async () => {
      await happen(4, find(errors, 4))
      expect(await only()).toMatchObject({ causeKey: 'flow', service: 'sync', severity: 'low' })
      await happen(70, email('900101', 70, 'delivered'))
      await tick(71)
      expect((await only()).waitingFor).toBe('1 finding still holds')
      await happen(90, end(errors, 90), email('900102', 90, 'delivered'))
      await tick(91)
      expect((await story()).at(-1)).toBe('resolved: Over on evidence: sync: errors as usual; e-mails go out again')
    })

    it('of one that was blind comes when the source answers', async () => {
      await happen(3, find(silence, 3))
      await tick(4)
      expect((await only()).state).toBe('open')
      await happen(9, end(silence, 9))
      await tick(9)
      expect(await only()).toMatchObject({ state: 'resolved', resolvedBy: 'spillway' })
      expect((await messages()).at(-2)?.payload).toMatchObject({ kind: 'card', state: 'resolved', blindSinceMs: null })
    })

    it('of dead letters that several queues share takes what any of them processed', async () => {
      const dlq = aQueue({ name: 'shared-dlq' })
      const queues = [dlq, aQueue({ name: 'one', dlqArn: dlq.arn }), aQueue({ name: 'two', dlqArn: dlq.arn })]
      await upsertQueues(db().orm, queues, at(-60), true)
      const shared = aFinding({ subject: { kind: 'queue', id: 'shared-dlq' } })
      await happen(3, find(shared, 3))
      await happen(20, end(shared, 20), processed('two', 2, 9))
      await tick(20)
      expect((await only()).waitingFor).toBe('no message of one or two is known to be processed since')
      await happen(21, processed('two', 20))
      await tick(21)
      expect(await only()).toMatchObject({ state: 'resolved', causeKey: 'queue:one' })
    })

    it('of a queue outside of the flow asks for nobody’s e-mail', async () => {
      await inventory()
      const other = aFinding({ subject: { kind: 'queue', id: 'other-dlq' } })
      await happen(3, find(other, 3), email('a', 2, 'failed'))
      await happen(20, end(other, 20), processed('other', 19, 3))
      await tick(20)
      expect(await only()).toMatchObject({ state: 'resolved', peopleAffected: 0 })
    })
  })

  describe('what breaks again', () => {
    it('within a day is the same incident, to be acknowledged anew', async () => {
      await healed()
      await happen(20 + 23 * 60, find(leak(), 20 + 23 * 60))
      expect(await only()).toMatchObject({
        number: 1,
        state: 'open',
        acknowledgedBy: null,
        resolvedMs: null,
        healingMs: null,
      })
      expect((await story()).at(-1)).toBe('reopened: It broke again: profile-created: 6 sent, 0 processed')
      const sent = await messages()
      expect(sent.filter((row) => row.kind === 'root')).toHaveLength(1)
      expect(sent.at(-1)?.payload).toMatchObject({ kind: 'story', isBroadcast: true })
    })

    it('later is another', async () => {
      await healed()
      const later = 20 + 25 * 60
      await happen(later, find({ ...leak(), sinceMs: at(0) + 25 * HOUR_MS }, later))
      expect(await listIncidents(db().orm, { limit: 10 })).toMatchObject([
        { number: 2, state: 'open' },
        { number: 1, state: 'resolved' },
      ])
    })
  })

  it('a moment that two verbs share gives each of them figures of its own', async () => {
    await happen(3, find(leak(), 3))
    await db().transaction((tx) => addNote(tx, { number: 1, by: 'Omar', text: 'one' }, contextAt(3)))
    const first: IncidentFigures | undefined = (await findSnapshot(db().orm, 1, at(3)))?.figures
    const second = (await findSnapshot(db().orm, 1, at(3) + 1))?.figures
    expect([first?.atMs, second?.atMs]).toEqual([at(3), at(3) + 1])
  })
})

/** Address of the database that a PostgreSQL store is connected to. */
async function urlOf(db: Db, name: string): Promise<string> {
  const { inject } = await import('vitest')
  const { url } = inject('postgresTemplate')
  if (url === null || db.kind !== 'postgresql') throw new Error('no PostgreSQL')
  const own = new URL(url)
  own.pathname = `/${name}`
  return own.href
}
