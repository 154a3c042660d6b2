import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sql } from 'drizzle-orm'
import { settingsSchema } from '#lib/config/settings.ts'
import { dropSingleton, singleton } from '#lib/config/singleton.ts'
import { minuteOf } from '#lib/domain/own-traffic.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import type { Role } from '#lib/domain/role.ts'
import type { Person } from '#lib/domain/viewer.ts'
import { JAVA_TYPE, startQueues, type Queues } from '#lib/redrive/fixtures/start-queues.ts'
import { openIncidents } from '#lib/incidents/open-incidents.ts'
import { listAudit } from '#lib/store/audit.ts'
import { applyFinding } from '#lib/store/findings.ts'
import { listEntries } from '#lib/store/incident-entries.ts'
import { listHolds, takeHold } from '#lib/store/look-holds.ts'
import { findLatestLook } from '#lib/store/looks.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { recordOk } from '#lib/store/source-states.ts'
import { fingerprintOf } from '#lib/store/shape-fingerprint.ts'
import { setGroupMark } from '#lib/store/message-groups.ts'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import { readPreflight } from '#lib/store/read-preflight.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { getRedrive } from '#lib/store/redrives.ts'
import { asProcessEnv, asProcessStore } from '#lib/testing/as-process-store.ts'
import { aFinding, aQueue } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import { lookIntoQueue } from './look-into-queue.ts'
import { pauseRedrive } from './pause-redrive.ts'
import { planRedrive } from './plan-redrive.ts'
import { resumeRedrive } from './resume-redrive.ts'
import { runAction } from './run-action.ts'
import { startRedrive } from './start-redrive.ts'
import { startResync } from './start-resync.ts'
import { stopRedrive } from './stop-redrive.ts'

vi.setConfig({ testTimeout: 60_000 })

function person(sub: string, name: string, role: Role = 'operator'): Person {
  return { kind: 'person', sessionId: `session of ${sub}`, sub, name, role }
}

const olga = person('olga', 'Olga Berg')
const omar = person('omar', 'Omar Reid')
const rita = person('rita', 'Rita Sand', 'responder')
const vera = person('vera', 'Vera Lindqvist', 'viewer')

const act = (action: typeof stopRedrive | typeof pauseRedrive, who = olga) =>
  runAction(action.definition, who, { id: 1 })
const start = (who = olga, given: Record<string, unknown> = {}) =>
  runAction(startRedrive.definition, who, { id: 1, ...given })

describeStores('actions on queues', ({ db }) => {
  let server: SqsServer
  let log: RequestLog
  let queues: Queues

  beforeEach(async () => {
    log = new RequestLog()
    server = await startSqsServer({ log })
    queues = await startQueues(server)
    asProcessEnv({ AWS_REGION: 'eu-west-2' })
    asProcessStore(db())
    dropSingleton('settings')
    const settings = settingsSchema.parse({ redrive: { holdSeconds: 3 } })
    singleton('settings', () => ({ settings, file: null, given: {}, problems: [] }))
    await upsertQueues(db().orm, [queues.source, queues.dlq], Date.now(), true)
    for (let index = 0; index < 4; index += 1) await queues.send(`{"traineeTisId":"90010${index}"}`)
    await queues.killAll(4)
  })
  afterEach(async () => {
    dropSingleton('settings')
    await queues.stop()
  })

  const own = (operation: string) => log.list({ operation, caller: 'spillway' })
  const plan = (given: Record<string, unknown> = {}, who = olga) =>
    runAction(planRedrive.definition, who, { queue: queues.dlq.name, removeAttributes: ['JavaType'], ...given })
  /** Holds the group of the messages that are there, and adds so many of another group. */
  async function holdGroup(others: number): Promise<void> {
    await runAction(lookIntoQueue.definition, rita, { queue: queues.dlq.name })
    const shape = (await findLatestLook(db().orm, [queues.dlq.name]))?.shapes[0]?.shape
    const group = { queue: queues.dlq.name, fingerprint: shape === undefined ? '' : fingerprintOf(shape) }
    const mark = { note: null, owner: null, isHeld: true, ticketUrl: null }
    await setGroupMark(db().orm, group, mark, 'Rita Sand', Date.now())
    for (let at = 0; at < others; at += 1) await queues.send(`{"other":${at}}`, JAVA_TYPE, queues.dlq)
  }
  const audits = async () =>
    (await listAudit(db().orm)).map(({ actor, action, result }) => `${actor} ${action} ${result}`)

  describe('looking', () => {
    it('keeps shapes and no value, gives every message back, and deletes nothing', async () => {
      const looked = await runAction(lookIntoQueue.definition, rita, { queue: queues.dlq.name })
      expect(looked).toMatchObject({ ok: true, data: { look: { read: 4, about: 4, inFlight: 0 }, isShared: false } })
      expect(JSON.stringify(looked)).not.toContain('90010')
      const kept = await findLatestLook(db().orm, [queues.dlq.name])
      expect(kept?.shapes).toMatchObject([{ count: 4, shape: { bodyKeys: ['traineeTisId:string'] } }])
      expect(JSON.stringify(kept)).not.toContain('90010')
      expect(server.store.measure(queues.dlq.name)).toMatchObject({ visible: 4, notVisible: 0 })
      expect(own('DeleteMessageBatch')).toEqual([])
      const [first] = own('ReceiveMessage')
      expect(first?.request).toMatchObject({
        MessageAttributeNames: ['All'],
        AttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      })
    })

    it('is shared: a second look within a minute asks SQS nothing', async () => {
      await runAction(lookIntoQueue.definition, rita, { queue: queues.dlq.name })
      const asked = own('ReceiveMessage').length
      const second = await runAction(lookIntoQueue.definition, omar, { queue: queues.dlq.name })
      expect(second).toMatchObject({ ok: true, data: { isShared: true, look: { by: 'Rita Sand', read: 4 } } })
      expect(own('ReceiveMessage')).toHaveLength(asked)
      expect(await audits()).toHaveLength(2)
    })

    it('counts without the groups that somebody holds, and says whose hold leaves how many', async () => {
      await holdGroup(3)
      expect(await plan()).toMatchObject({ ok: true })
      const run = await getRedrive(db().orm, 1)
      expect(run).toMatchObject({ aboutMessages: 3, matchedMessages: 3, preflight: { messages: { of: 3, held: 4 } } })
      const settings = settingsSchema.parse({})
      const checks = await readPreflight(db().orm, run, { settings, nowMs: Date.now() })
      expect(checks.find(({ id }) => id === 'held')).toMatchObject({
        state: 'warns',
        text: expect.stringMatching(/held by Rita Sand: 4 messages of those read stay where they are/),
      })
    })

    it('is refused where all that it would take is held, with the way out', async () => {
      await holdGroup(0)
      expect(await plan()).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining('all 4 messages that it selects are in groups that somebody holds') },
      })
    })

    it('is refused with a moment to come', async () => {
      const selection = { sentBeforeMs: Date.now() + 3_600_000 }
      expect(await plan({ selection })).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining('this moment is still to come') },
      })
    })

    it('does not take for a working consumer that it processes what was re-sent to it', async () => {
      await plan()
      const run = await getRedrive(db().orm, 1)
      const atMs = minuteOf(Date.now()) - 120_000
      const flow = (sent: number, deleted: number) =>
        insertSamples(
          db().orm,
          [
            { series: seriesOf.flow(queues.source.name, 'sent'), atMs, value: sent },
            { series: seriesOf.flow(queues.source.name, 'deleted'), atMs, value: deleted },
          ],
          { isBackfill: false },
        )
      await addOwnTraffic(db().orm, queues.source.name, { sent: 40 }, atMs)
      await flow(385, 40)
      const consumer = async () => {
        const given = { settings: settingsSchema.parse({}), nowMs: Date.now() }
        // CloudWatch is read, as far as this test goes.
        await recordOk(db().orm, 'cloudwatch-metrics', given.nowMs, null)
        return (await readPreflight(db().orm, run, given)).find(({ id }) => id === 'consumer')
      }
      expect(await consumer()).toMatchObject({
        state: 'warns',
        text: expect.stringContaining('any of the 345 which its producer sent'),
      })
    })

    it('is done by one person at a time, and stands in the story of the incident', async () => {
      const found = aFinding({ subject: { kind: 'queue', id: queues.dlq.name } })
      await db().transaction(async (tx) => {
        await applyFinding(tx, found, found.detector, found.subject, Date.now())
        await openIncidents(tx, { settings: settingsSchema.parse({}), nowMs: Date.now() })
      })
      const both = await Promise.all(
        [rita, omar].map((who) => runAction(lookIntoQueue.definition, who, { queue: queues.dlq.name })),
      )
      expect(both.filter(({ ok }) => ok)).toHaveLength(1)
      expect(both).toContainEqual(expect.objectContaining({ error: expect.objectContaining({ code: 'rate_limited' }) }))
      const looks = (await listEntries(db().orm, 1)).filter(({ kind }) => kind === 'look')
      expect(looks.map(({ text }) => text)).toEqual([
        expect.stringMatching(/ looked into profile-created-dlq: read all 4 messages$/),
      ])
      await plan()
      expect(await getRedrive(db().orm, 1)).toMatchObject({ incident: 1 })
    })

    it('is one for all processes: what a dead one may hold is said, and given back by SQS first', async () => {
      const nowMs = Date.now()
      const hold = { queue: queues.dlq.name, by: 'Omar Reid', fromMs: nowMs - 60_000, untilMs: nowMs + 60_000 }
      expect(await takeHold(db().orm, hold, 'of a process that died')).toBe(true)
      const refused = await runAction(lookIntoQueue.definition, rita, { queue: queues.dlq.name })
      expect(refused).toMatchObject({ ok: false, error: { code: 'rate_limited' } })
      expect(JSON.stringify(refused)).toMatch(
        /Omar Reid looks into profile-created-dlq, .* hidden from .*\d\d:\d\d to .*\d\d:\d\d at the latest/,
      )
      expect(own('ReceiveMessage')).toEqual([])
      await db().orm.execute(sql`update look_hold set until_at = now() - interval '1 second'`)
      expect(await runAction(lookIntoQueue.definition, rita, { queue: queues.dlq.name })).toMatchObject({ ok: true })
      expect(await listHolds(db().orm, Date.now())).toEqual([])
    })

    it('leads from a message to what Sentry knows of its trace, without keeping the message', async () => {
      asProcessEnv({ AWS_REGION: 'eu-west-2', SENTRY_ORG: 'hee' })
      const trace = '5759e988bd862e3fe1be46a994272793'
      const traceparent = { DataType: 'String', StringValue: `00-${trace}-53995c3f42cd8ad8-01` }
      await queues.send('{"traced":true}', { traceparent }, queues.dlq)
      const looked = await runAction(lookIntoQueue.definition, rita, { queue: queues.dlq.name })
      expect(looked).toMatchObject({ ok: true })
      expect(JSON.stringify(looked)).toContain(`/organizations/hee/issues/?query=trace%3A${trace}`)
      expect(JSON.stringify(await findLatestLook(db().orm, [queues.dlq.name]))).not.toContain(trace)
    })

    it('keeps saying what is hidden where SQS took nothing back', async () => {
      server.faults.add({
        operation: 'ChangeMessageVisibilityBatch',
        caller: /spillway/,
        action: { kind: 'error', code: 'AccessDenied', status: 403 },
      })
      expect(await runAction(lookIntoQueue.definition, rita, { queue: queues.dlq.name })).toMatchObject({ ok: true })
      expect(await listHolds(db().orm, Date.now(), queues.dlq.name)).toMatchObject([{ by: 'Rita Sand' }])
    })

    it('asks first where a receive matters: a dead-letter queue with a redrive policy of its own', async () => {
      const grave = aQueue({ name: 'grave' })
      await upsertQueues(db().orm, [{ ...queues.dlq, dlqArn: grave.arn, maxReceiveCount: 3 }, grave], Date.now(), false)
      expect(await runAction(lookIntoQueue.definition, rita, { queue: queues.dlq.name })).toMatchObject({
        error: {
          code: 'conflict',
          message: expect.stringMatching(/^isReceiveAccepted: .* after 3 receives a message moves on to grave\. /),
        },
      })
      expect(own('ReceiveMessage')).toEqual([])
      const accepted = { queue: queues.dlq.name, isReceiveAccepted: true }
      expect(await runAction(lookIntoQueue.definition, rita, accepted)).toMatchObject({ ok: true })
    })

    it('takes nothing from a queue whose consumer works', async () => {
      const refused = await runAction(lookIntoQueue.definition, rita, { queue: queues.source.name })
      expect(refused).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
      await upsertQueues(db().orm, [{ ...queues.source, dlqArn: null }, queues.dlq], Date.now(), true)
      expect(await runAction(lookIntoQueue.definition, rita, { queue: queues.source.name })).toMatchObject({
        error: {
          message: `queue: ${queues.source.name} is not known to be stuck, and looking would take messages from its consumer.`,
        },
      })
      expect(own('ReceiveMessage')).toEqual([])
      const found = aFinding({ detector: 'flow-parity', subject: { kind: 'queue', id: queues.source.name } })
      await applyFinding(db().orm, found, found.detector, found.subject, Date.now())
      expect(await runAction(lookIntoQueue.definition, rita, { queue: queues.source.name })).toMatchObject({ ok: true })
    })

    it('still helps messages that are stuck beside others which are processed again, until the incident is over', async () => {
      await upsertQueues(db().orm, [{ ...queues.source, dlqArn: null }], Date.now(), true)
      const found = aFinding({ detector: 'flow-parity', subject: { kind: 'queue', id: queues.source.name } })
      await db().transaction(async (tx) => {
        await applyFinding(tx, found, found.detector, found.subject, Date.now())
        await openIncidents(tx, { settings: settingsSchema.parse({}), nowMs: Date.now() })
        await applyFinding(tx, null, found.detector, found.subject, Date.now())
      })
      const look = () => runAction(lookIntoQueue.definition, rita, { queue: queues.source.name })
      expect(await look()).toMatchObject({ ok: true })
      await db().orm.execute(sql`update incident set state = 'resolved'`)
      expect(await look()).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
    })

    it('says which permission is missing', async () => {
      server.faults.add({
        operation: 'ReceiveMessage',
        caller: /spillway/,
        action: { kind: 'error', code: 'AccessDenied', status: 403 },
      })
      const refused = await runAction(lookIntoQueue.definition, rita, { queue: queues.dlq.name })
      expect(refused).toMatchObject({ ok: false, error: { code: 'not_configured' } })
      expect(JSON.stringify(refused)).toContain('grant sqs:ReceiveMessage')
    })
  })

  describe('planning', () => {
    it('moves nothing and shows a real message before and after with every value hidden', async () => {
      expect(await plan()).toEqual({ ok: true, data: { id: 1, name: 'R-1' } })
      const { samples, state, mode, aboutMessages } = await getRedrive(db().orm, 1)
      expect({ state, mode, aboutMessages }).toEqual({ state: 'planned', mode: 'dlq-to-source', aboutMessages: 4 })
      const [sample, ...others] = samples
      expect(others).toEqual([])
      expect(sample?.before.attributes.map(({ name }) => name)).toEqual(['JavaType', 'contentType'])
      expect(sample?.after?.attributes.map(({ name }) => name)).toEqual(['contentType'])
      expect(sample?.after?.body).toBe('{\n  "traineeTisId": "•••"\n}')
      expect(own('SendMessageBatch')).toEqual([])
      expect(server.store.measure(queues.dlq.name).visible).toBe(4)
    })

    it.each([
      [{ removeAttributes: ['Java Type'] }, 'is not the name of a message attribute'],
      [{ removeAttributes: ['Missing'] }, 'none of the 4 messages read carries Missing'],
      [{ queue: 'nowhere' }, 'no queue named nowhere'],
      [{ destination: 'nowhere' }, 'destination: SQS has told Spillway of no queue named nowhere'],
      [{ destination: 'profile-created-dlq' }, 'destination: profile-created-dlq is where the messages are'],
      [
        { transform: [{ kind: 'rename-attribute', name: 'Missing', to: 'X' }] },
        'transform: none of the 4 messages read',
      ],
      [{ selection: { messageIds: [] } }, 'selection.messageIds: is an empty list'],
      [{ selection: { sentFromMs: 2, sentBeforeMs: 1 } }, 'selection.sentBeforeMs: is not later than'],
      [
        { selection: { attributes: [{ name: 'Missing', test: 'present' }] } },
        'none is selected by those with the attribute Missing',
      ],
      [{ incident: 7 }, 'INC-7'],
    ])('refuses %o and names the field', async (given, words) => {
      const refused = await plan(given)
      expect(refused.ok).toBe(false)
      expect(JSON.stringify(refused)).toContain(words)
    })

    it('refuses to move from a FIFO queue to one that is none', async () => {
      const fifo = { isFifo: true }
      const [source, dlq] = [aQueue({ name: 'orders.fifo', ...fifo }), aQueue({ name: 'orders-dlq.fifo', ...fifo })]
      await upsertQueues(db().orm, [{ ...source, dlqArn: dlq.arn }, dlq, aQueue({ name: 'other' })], Date.now(), false)
      expect(JSON.stringify(await plan({ queue: dlq.name, destination: 'other' }))).toContain('one is a FIFO queue')
    })

    it('refuses a viewer and a responder on the server, and writes that down', async () => {
      expect(await plan({}, vera)).toMatchObject({ ok: false, error: { code: 'forbidden' } })
      expect(await plan({}, rita)).toMatchObject({ ok: false, error: { code: 'forbidden' } })
      expect(own('ReceiveMessage')).toEqual([])
      expect(await audits()).toEqual(['person:rita plan-redrive refused', 'person:vera plan-redrive refused'])
    })
  })

  describe('running', () => {
    it('two people who start at once: one wins and the other sees who', async () => {
      await plan()
      const results = await Promise.all([start(), start(omar)])
      const [won, lost] = results.toSorted((a, b) => Number(b.ok) - Number(a.ok))
      expect(won).toMatchObject({ ok: true, data: { name: 'R-1', state: 'canary' } })
      const { startedBy } = await getRedrive(db().orm, 1)
      expect(lost).toMatchObject({
        error: {
          code: 'conflict',
          message: `R-1 cannot do that now: it is trying one message, started by ${startedBy}.`,
        },
      })
      expect((await audits()).filter((line) => line.includes('start-redrive')).toSorted()).toHaveLength(2)
    })

    it('is paused, resumed and stopped by people, each in the audit', async () => {
      await plan()
      await start()
      expect(await act(pauseRedrive, omar)).toMatchObject({ data: { state: 'paused' } })
      expect(await act(resumeRedrive)).toMatchObject({ data: { state: 'canary' } })
      expect(await act(stopRedrive, omar)).toMatchObject({ data: { state: 'stopped' } })
      expect(await act(resumeRedrive)).toMatchObject({ ok: false, error: { code: 'conflict' } })
      expect(await getRedrive(db().orm, 1)).toMatchObject({ reason: 'Stopped by Omar Reid.', endedBy: 'Omar Reid' })
      expect(await audits()).toHaveLength(6)
    })

    it.each([pauseRedrive, resumeRedrive, stopRedrive])('is refused to a responder', async (action) => {
      await plan()
      expect(await start(rita)).toMatchObject({ ok: false, error: { code: 'forbidden' } })
      expect(await act(action, rita)).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    })
  })

  it('a re-sync of an incident that is not there is refused', async () => {
    expect(await runAction(startResync.definition, olga, { incident: 1 })).toMatchObject({
      error: { code: 'not_found' },
    })
  })
})
