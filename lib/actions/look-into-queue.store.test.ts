import { expect, it } from 'vitest'
import { sql } from 'drizzle-orm'
import { settingsSchema } from '#lib/config/settings.ts'
import { openIncidents } from '#lib/incidents/open-incidents.ts'
import { applyFinding } from '#lib/store/findings.ts'
import { listEntries } from '#lib/store/incident-entries.ts'
import { listHolds, takeHold } from '#lib/store/look-holds.ts'
import { findLatestLook } from '#lib/store/looks.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { getRedrive } from '#lib/store/redrives.ts'
import { asProcessEnv } from '#lib/testing/as-process-store.ts'
import { aFinding, aQueue } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { lookIntoQueue } from './look-into-queue.ts'
import { runAction } from './run-action.ts'
import { omar, rita } from './fixtures/people.ts'
import { useDeadLetters } from './fixtures/use-dead-letters.ts'

describeStores('looking into a queue', ({ db }) => {
  const { queues, server, calls, plan, audits } = useDeadLetters(db)

  it('keeps shapes and no value, gives every message back, and deletes nothing', async () => {
    const looked = await runAction(lookIntoQueue.definition, rita, { queue: queues().dlq.name })
    expect(looked).toMatchObject({ ok: true, data: { look: { read: 4, about: 4, inFlight: 0 }, isShared: false } })
    expect(JSON.stringify(looked)).not.toContain('90010')
    const kept = await findLatestLook(db().orm, [queues().dlq.name])
    expect(kept?.shapes).toMatchObject([{ count: 4, shape: { bodyKeys: ['traineeTisId:string'] } }])
    expect(JSON.stringify(kept)).not.toContain('90010')
    expect(server().store.measure(queues().dlq.name)).toMatchObject({ visible: 4, notVisible: 0 })
    expect(calls('DeleteMessageBatch')).toEqual([])
    const [first] = calls('ReceiveMessage')
    expect(first?.request).toMatchObject({
      MessageAttributeNames: ['All'],
      AttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    })
  })

  it('is shared: a second look within a minute asks SQS nothing', async () => {
    await runAction(lookIntoQueue.definition, rita, { queue: queues().dlq.name })
    const asked = calls('ReceiveMessage').length
    const second = await runAction(lookIntoQueue.definition, omar, { queue: queues().dlq.name })
    expect(second).toMatchObject({ ok: true, data: { isShared: true, look: { by: 'Rita Sand', read: 4 } } })
    expect(calls('ReceiveMessage')).toHaveLength(asked)
    expect(await audits()).toHaveLength(2)
  })

  it('is done by one person at a time, and stands in the story of the incident', async () => {
    const found = aFinding({ subject: { kind: 'queue', id: queues().dlq.name } })
    await db().transaction(async (tx) => {
      await applyFinding(tx, found, found.detector, found.subject, Date.now())
      await openIncidents(tx, { settings: settingsSchema.parse({}), nowMs: Date.now() })
    })
    const both = await Promise.all(
      [rita, omar].map((who) => runAction(lookIntoQueue.definition, who, { queue: queues().dlq.name })),
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
    const hold = { queue: queues().dlq.name, by: 'Omar Reid', fromMs: nowMs - 60_000, untilMs: nowMs + 60_000 }
    expect(await takeHold(db().orm, hold, 'of a process that died')).toBe(true)
    const refused = await runAction(lookIntoQueue.definition, rita, { queue: queues().dlq.name })
    expect(refused).toMatchObject({ ok: false, error: { code: 'rate_limited' } })
    expect(JSON.stringify(refused)).toMatch(
      /Omar Reid looks into profile-created-dlq, .* hidden from .*\d\d:\d\d to .*\d\d:\d\d at the latest/,
    )
    expect(calls('ReceiveMessage')).toEqual([])
    await db().orm.execute(sql`update look_hold set until_at = now() - interval '1 second'`)
    expect(await runAction(lookIntoQueue.definition, rita, { queue: queues().dlq.name })).toMatchObject({ ok: true })
    expect(await listHolds(db().orm, Date.now())).toEqual([])
  })

  it('leads from a message to what Sentry knows of its trace, without keeping the message', async () => {
    asProcessEnv({ AWS_REGION: 'eu-west-2', SENTRY_ORG: 'hee' })
    const trace = '5759e988bd862e3fe1be46a994272793'
    const traceparent = { DataType: 'String', StringValue: `00-${trace}-53995c3f42cd8ad8-01` }
    await queues().send('{"traced":true}', { traceparent }, queues().dlq)
    const looked = await runAction(lookIntoQueue.definition, rita, { queue: queues().dlq.name })
    expect(looked).toMatchObject({ ok: true })
    expect(JSON.stringify(looked)).toContain(`/organizations/hee/issues/?query=trace%3A${trace}`)
    expect(JSON.stringify(await findLatestLook(db().orm, [queues().dlq.name]))).not.toContain(trace)
  })

  it('keeps saying what is hidden where SQS took nothing back', async () => {
    server().faults.add({
      operation: 'ChangeMessageVisibilityBatch',
      caller: /spillway/,
      action: { kind: 'error', code: 'AccessDenied', status: 403 },
    })
    expect(await runAction(lookIntoQueue.definition, rita, { queue: queues().dlq.name })).toMatchObject({ ok: true })
    expect(await listHolds(db().orm, Date.now(), queues().dlq.name)).toMatchObject([{ by: 'Rita Sand' }])
  })

  it('asks first where a receive matters: a dead-letter queue with a redrive policy of its own', async () => {
    const grave = aQueue({ name: 'grave' })
    await upsertQueues(db().orm, [{ ...queues().dlq, dlqArn: grave.arn, maxReceiveCount: 3 }, grave], Date.now(), false)
    expect(await runAction(lookIntoQueue.definition, rita, { queue: queues().dlq.name })).toMatchObject({
      error: {
        code: 'conflict',
        message: expect.stringMatching(/^isReceiveAccepted: .* after 3 receives a message moves on to grave\. /),
      },
    })
    expect(calls('ReceiveMessage')).toEqual([])
    const accepted = { queue: queues().dlq.name, isReceiveAccepted: true }
    expect(await runAction(lookIntoQueue.definition, rita, accepted)).toMatchObject({ ok: true })
  })

  it('takes nothing from a queue whose consumer works', async () => {
    const refused = await runAction(lookIntoQueue.definition, rita, { queue: queues().source.name })
    expect(refused).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
    await upsertQueues(db().orm, [{ ...queues().source, dlqArn: null }, queues().dlq], Date.now(), true)
    expect(await runAction(lookIntoQueue.definition, rita, { queue: queues().source.name })).toMatchObject({
      error: {
        message: `queue: ${queues().source.name} is not known to be stuck, and looking would take messages from its consumer.`,
      },
    })
    expect(calls('ReceiveMessage')).toEqual([])
    const found = aFinding({ detector: 'flow-parity', subject: { kind: 'queue', id: queues().source.name } })
    await applyFinding(db().orm, found, found.detector, found.subject, Date.now())
    expect(await runAction(lookIntoQueue.definition, rita, { queue: queues().source.name })).toMatchObject({ ok: true })
  })

  it('still helps messages that are stuck beside others which are processed again, until the incident is over', async () => {
    await upsertQueues(db().orm, [{ ...queues().source, dlqArn: null }], Date.now(), true)
    const found = aFinding({ detector: 'flow-parity', subject: { kind: 'queue', id: queues().source.name } })
    await db().transaction(async (tx) => {
      await applyFinding(tx, found, found.detector, found.subject, Date.now())
      await openIncidents(tx, { settings: settingsSchema.parse({}), nowMs: Date.now() })
      await applyFinding(tx, null, found.detector, found.subject, Date.now())
    })
    const look = () => runAction(lookIntoQueue.definition, rita, { queue: queues().source.name })
    expect(await look()).toMatchObject({ ok: true })
    await db().orm.execute(sql`update incident set state = 'resolved'`)
    expect(await look()).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
  })

  it('says which permission is missing', async () => {
    server().faults.add({
      operation: 'ReceiveMessage',
      caller: /spillway/,
      action: { kind: 'error', code: 'AccessDenied', status: 403 },
    })
    const refused = await runAction(lookIntoQueue.definition, rita, { queue: queues().dlq.name })
    expect(refused).toMatchObject({ ok: false, error: { code: 'not_configured' } })
    expect(JSON.stringify(refused)).toContain('grant sqs:ReceiveMessage')
  })
})
