import { expect, test } from 'vitest'
import type { Evidence } from '#lib/domain/finding.ts'
import { applyFinding } from '#lib/store/findings.ts'
import { listOwnTraffic } from '#lib/store/own-traffic.ts'
import { countLedger, listLedger } from '#lib/store/read-ledger.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { getRedrive, insertPlan, moveRedrive } from '#lib/store/redrives.ts'
import { aFinding } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { startRedrive } from './start.ts'
import { newStepMemory } from './step-memory.ts'
import { stepRedrive } from './step.ts'
import { letRun, makeRedriveContext, startRun, stepUntil } from './fixtures/redrive-runs.ts'
import { entriesOf } from './fixtures/logged-batches.ts'
import { JAVA_TYPE } from './fixtures/start-queues.ts'
import { useQueues } from './fixtures/use-queues.ts'

describeStores('a redrive in place', ({ db }) => {
  const { queues, server, calls, bodies } = useQueues(db)

  /** Messages on a queue without a dead-letter queue of its own, which stands in for the source. */
  async function stuck(count: number): Promise<string[]> {
    const sent = Array.from({ length: count }, (_, index) => JSON.stringify({ traineeTisId: String(index) }))
    for (const body of sent) await queues().send(body, JAVA_TYPE, queues().dlq)
    return sent
  }

  async function ownTraffic(): Promise<unknown> {
    const range = { fromMs: Date.now() - 3_600_000, toMs: Date.now() + 60_000 }
    const minutes = [...(await listOwnTraffic(db().orm, { queue: queues().dlq.name, ...range })).values()]
    return minutes.reduce((sum, each) => ({
      sent: sum.sent + each.sent,
      sentChanged: sum.sentChanged + each.sentChanged,
      received: sum.received + each.received,
      deleted: sum.deleted + each.deleted,
    }))
  }

  const inPlace = () => ({ ...queues(), source: queues().dlq })

  test('re-sends each message once without the attribute and picks none of its own up again', async () => {
    const sent = await stuck(17)
    const run = await startRun(db(), inPlace(), { mode: 'in-place' })
    await stepUntil(db(), run.id, ['waiting'])
    const canary = (await listLedger(db().orm, run.id))[0]
    await letRun(db(), run.id)
    const left = server().store.peekAll(queues().dlq.name)
    expect(left.map(({ body }) => body).toSorted()).toEqual(sent.toSorted())
    expect(left.every(({ attributes }) => !('JavaType' in attributes))).toBe(true)
    expect(left.map(({ messageId }) => messageId)).toContain(canary?.newMessageId)
    expect(await countLedger(db().orm, run.id)).toMatchObject({ deleted: 17, possibleDuplicates: 0 })
    expect(calls('SendMessageBatch').flatMap(entriesOf)).toHaveLength(17)
    expect(await ownTraffic()).toMatchObject({ sent: 17, sentChanged: 17, deleted: 17 })
  })

  test('counts what it re-sends as it is as unchanged', async () => {
    await stuck(1)
    const run = await startRun(db(), inPlace(), { mode: 'in-place', transform: [] })
    await stepUntil(db(), run.id, ['waiting'])
    expect(await ownTraffic()).toMatchObject({ sent: 1, sentChanged: 0 })
  })

  test('counts its own receives while it looks for what it could not delete', async () => {
    await stuck(4)
    const run = await startRun(db(), inPlace(), { mode: 'in-place', mostMessages: 3 })
    await stepUntil(db(), run.id, ['waiting'])
    server().faults.add({ operation: 'DeleteMessageBatch', times: 2, action: { kind: 'throttle' } })
    await letRun(db(), run.id)
    const resent = new Map((await listLedger(db().orm, run.id)).map((row) => [row.newMessageId, row]))
    const met = server()
      .store.peekAll(queues().dlq.name)
      .flatMap(({ messageId, receiveCount }) => {
        const row = resent.get(messageId)
        return row === undefined ? [] : [{ receiveCount, ownReceives: row.ownReceives }]
      })
    expect(Math.max(...met.map(({ receiveCount }) => receiveCount))).toBeGreaterThan(1)
    expect(met.filter(({ receiveCount, ownReceives }) => receiveCount !== ownReceives)).toEqual([])
    expect(await countLedger(db().orm, run.id)).toMatchObject({ deleted: 3, cameBack: 0 })
  })

  test('keeps from the consumer what is sent and could not be deleted', async () => {
    await queues().send('{"traineeTisId":"1"}', JAVA_TYPE)
    const run = await startRun(db(), queues(), { mode: 'in-place', holdSeconds: 30 })
    server().faults.add({ operation: 'DeleteMessageBatch', action: { kind: 'throttle' } })
    await stepRedrive(run.id, makeRedriveContext(db()), newStepMemory())
    expect(await countLedger(db().orm, run.id)).toMatchObject({ sent: 1, deleted: 0 })
    expect(await queues().consume(queues().source)).toHaveLength(1)
  })

  test('takes a queue for quiet only while nothing that was changed is processed', async () => {
    const leak = aFinding({ detector: 'flow-parity', subject: { kind: 'queue', id: queues().dlq.name } })
    const { id, ...like } = await startRun(db(), inPlace(), { mode: 'in-place' })
    await db().transaction((tx) => moveRedrive(tx, id, 'stop', {}, Date.now()))
    const start = async (evidence: Evidence) => {
      const held = { ...leak, evidence }
      await applyFinding(db().orm, held, held.detector, held.subject, Date.now())
      const plan = await insertPlan(db().orm, like)
      const doer = { by: 'Olga', nowMs: Date.now() }
      const { quietSinceMs } = await db().transaction((tx) => startRedrive(tx, plan.id, doer))
      await db().transaction((tx) => moveRedrive(tx, plan.id, 'stop', {}, Date.now()))
      return quietSinceMs
    }
    expect(await start({ sent: 6 })).toBe(leak.sinceMs)
    expect(await start({ sent: 6, changedProcessedMs: leak.sinceMs })).toBeNull()
  })

  test('leaves messages that were sent after the start, and those that carry nothing to remove', async () => {
    await stuck(2)
    await queues().send('{"traineeTisId":"plain"}', {}, queues().dlq)
    const run = await startRun(db(), inPlace(), { mode: 'in-place' })
    await expect.poll(() => Date.now()).toBeGreaterThan(run.startedMs ?? 0)
    await queues().send('{"traineeTisId":"new"}', JAVA_TYPE, queues().dlq)
    await stepUntil(db(), run.id, ['waiting'])
    await letRun(db(), run.id)
    expect(await countLedger(db().orm, run.id)).toMatchObject({ deleted: 2 })
    expect(bodies(queues().dlq.name)).toHaveLength(4)
  })

  test('gets a message that the consumer waits for all the time, also when its turns are longer than the first waits', async () => {
    const turnSeconds = 6
    await upsertQueues(db().orm, [{ ...queues().dlq, visibilityTimeoutSeconds: turnSeconds }], Date.now(), true)
    await stuck(1)
    const end = queues().breakOn(queues().dlq, turnSeconds)
    try {
      await expect.poll(() => server().store.measure(queues().dlq.name).notVisible).toBe(1)
      const run = await startRun(db(), inPlace(), { mode: 'in-place' })
      expect(await stepUntil(db(), run.id, ['waiting'])).toMatchObject({ trouble: null })
      expect(await countLedger(db().orm, run.id)).toMatchObject({ deleted: 1 })
    } finally {
      await end()
    }
  })

  test('knows the first message as come back once others have received it twice', async () => {
    await stuck(2)
    const run = await startRun(db(), inPlace(), { mode: 'in-place', transform: [] })
    await stepUntil(db(), run.id, ['waiting'])
    const canary = (await listLedger(db().orm, run.id)).find(({ isCanary }) => isCanary)
    const count = () =>
      server()
        .store.peekAll(queues().dlq.name)
        .find(({ messageId }) => messageId === canary?.newMessageId)?.receiveCount ?? 0
    const memory = newStepMemory()
    await stepRedrive(run.id, makeRedriveContext(db()), memory)
    await stepRedrive(run.id, makeRedriveContext(db()), memory)
    expect((await getRedrive(db().orm, run.id)).state).toBe('waiting')
    const before = count()
    while (count() < before + 2) await queues().peek(queues().dlq)
    await stepUntil(db(), run.id, ['stopped'])
    expect(await getRedrive(db().orm, run.id)).toMatchObject({
      canaryEvidence: 'It was received by the consumer and came back to the queue.',
    })
  })
})
