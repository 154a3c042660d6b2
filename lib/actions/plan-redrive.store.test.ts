import { expect, it } from 'vitest'
import { settingsSchema } from '#lib/config/settings.ts'
import { minuteOf } from '#lib/domain/own-traffic.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { JAVA_TYPE } from '#lib/redrive/fixtures/start-queues.ts'
import { findLatestLook } from '#lib/store/looks.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { recordOk } from '#lib/store/source-states.ts'
import { fingerprintOf } from '#lib/store/shape-fingerprint.ts'
import { setGroupMark } from '#lib/store/message-groups.ts'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import { readPreflight } from '#lib/store/read-preflight.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { getRedrive } from '#lib/store/redrives.ts'
import { aQueue } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { lookIntoQueue } from './look-into-queue.ts'
import { runAction } from './run-action.ts'
import { rita, vera } from './fixtures/people.ts'
import { useDeadLetters } from './fixtures/use-dead-letters.ts'

describeStores('planning a redrive', ({ db }) => {
  const { queues, server, calls, plan, audits } = useDeadLetters(db)

  /** Holds the group of the messages that are there, and adds so many of another group. */
  async function holdGroup(others: number): Promise<void> {
    await runAction(lookIntoQueue.definition, rita, { queue: queues().dlq.name })
    const shape = (await findLatestLook(db().orm, [queues().dlq.name]))?.shapes[0]?.shape
    const group = { queue: queues().dlq.name, fingerprint: shape === undefined ? '' : fingerprintOf(shape) }
    const mark = { note: null, owner: null, isHeld: true, ticketUrl: null }
    await setGroupMark(db().orm, group, mark, 'Rita Sand', Date.now())
    for (let at = 0; at < others; at += 1) await queues().send(`{"other":${at}}`, JAVA_TYPE, queues().dlq)
  }

  it('moves nothing and shows a real message before and after with every value hidden', async () => {
    expect(await plan()).toEqual({ ok: true, data: { id: 1, name: 'R-1' } })
    const { samples, state, mode, aboutMessages } = await getRedrive(db().orm, 1)
    expect({ state, mode, aboutMessages }).toEqual({ state: 'planned', mode: 'dlq-to-source', aboutMessages: 4 })
    const [sample, ...others] = samples
    expect(others).toEqual([])
    expect(sample?.before.attributes.map(({ name }) => name)).toEqual(['JavaType', 'contentType'])
    expect(sample?.after?.attributes.map(({ name }) => name)).toEqual(['contentType'])
    expect(sample?.after?.body).toBe('{\n  "traineeTisId": "•••"\n}')
    expect(calls('SendMessageBatch')).toEqual([])
    expect(server().store.measure(queues().dlq.name).visible).toBe(4)
  })

  it.each([
    [{ removeAttributes: ['Java Type'] }, 'is not the name of a message attribute'],
    [{ removeAttributes: ['Missing'] }, 'none of the 4 messages read carries Missing'],
    [{ queue: 'nowhere' }, 'no queue named nowhere'],
    [{ destination: 'nowhere' }, 'destination: SQS has told Spillway of no queue named nowhere'],
    [{ destination: 'profile-created-dlq' }, 'destination: profile-created-dlq is where the messages are'],
    [{ transform: [{ kind: 'rename-attribute', name: 'Missing', to: 'X' }] }, 'transform: none of the 4 messages read'],
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
    expect(calls('ReceiveMessage')).toEqual([])
    expect(await audits()).toEqual(['person:rita plan-redrive refused', 'person:vera plan-redrive refused'])
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
          { series: seriesOf.flow(queues().source.name, 'sent'), atMs, value: sent },
          { series: seriesOf.flow(queues().source.name, 'deleted'), atMs, value: deleted },
        ],
        { isBackfill: false },
      )
    await addOwnTraffic(db().orm, queues().source.name, { sent: 40 }, atMs)
    await flow(385, 40)
    // CloudWatch is read, as far as this test goes.
    await recordOk(db().orm, 'cloudwatch-metrics', Date.now(), null)
    const consumer = async (nowMs = Date.now()) => {
      const given = { settings: settingsSchema.parse({}), nowMs }
      return (await readPreflight(db().orm, run, given)).find(({ id }) => id === 'consumer')
    }
    expect(await consumer()).toMatchObject({
      state: 'warns',
      text: expect.stringContaining('any of the 345 which its producer sent'),
    })
    // Once nobody has read CloudWatch for a while, what it told then says nothing of now.
    expect(await consumer(Date.now() + 360_000)).toMatchObject({ state: 'unknown' })
  })
})
