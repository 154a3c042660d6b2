import { describe, expect, test } from 'vitest'
import { setGroupMark } from '#lib/store/message-groups.ts'
import { countLedger } from '#lib/store/read-ledger.ts'
import { getRedrive, insertPlan, moveRedrive } from '#lib/store/redrives.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { minuteOf } from '#lib/domain/own-traffic.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { groupOf } from './group-of.ts'
import { pauseRedrive } from './pause.ts'
import { receive } from './queue-calls.ts'
import { resumeRedrive } from './resume.ts'
import { newStepMemory } from './step-memory.ts'
import { stepRedrive } from './step.ts'
import { makeRedriveContext, startRun, stepUntil } from './fixtures/redrive-runs.ts'
import { JAVA_TYPE } from './fixtures/start-queues.ts'
import { useQueues } from './fixtures/use-queues.ts'

describeStores('a redrive', ({ db }) => {
  const { queues, server, calls, bodies, deadLetters } = useQueues(db)

  /** CloudWatch's word that somebody deleted from the source since the minute of now. */
  async function tellDeletes(deleted: number, sent = 0): Promise<void> {
    const atMs = minuteOf(Date.now())
    await insertSamples(
      db().orm,
      [
        { series: seriesOf.flow(queues().source.name, 'sent'), atMs, value: sent },
        { series: seriesOf.flow(queues().source.name, 'deleted'), atMs, value: deleted },
      ],
      { isBackfill: false },
    )
  }

  test('moves one dead letter first, and the rest only when SQS counts that it was consumed', async () => {
    const sent = await deadLetters(23)
    const run = await startRun(db(), queues())
    await stepUntil(db(), run.id, ['waiting'])
    expect(bodies(queues().source.name)).toHaveLength(1)
    expect(bodies(queues().dlq.name)).toHaveLength(22)
    const memory = newStepMemory()
    const consumed = await queues().consume(queues().source)
    await stepRedrive(run.id, makeRedriveContext(db()), memory)
    expect(await getRedrive(db().orm, run.id)).toMatchObject({ state: 'waiting', canaryFate: 'unknown' })
    await tellDeletes(1, 1)
    await stepRedrive(run.id, makeRedriveContext(db()), memory)
    expect(await getRedrive(db().orm, run.id)).toMatchObject({ state: 'running', canaryFate: 'consumed' })
    const moved = await stepUntil(db(), run.id, ['verifying'])
    expect(moved.movedMs).not.toBeNull()
    expect(bodies(queues().dlq.name)).toEqual([])
    expect([...consumed, ...bodies(queues().source.name)].toSorted()).toEqual(sent.toSorted())
    expect(await countLedger(db().orm, run.id)).toMatchObject({ deleted: 23, possibleDuplicates: 0, refused: 0 })
    await queues().consume(queues().source)
    await tellDeletes(23, 23)
    const done = await stepUntil(db(), run.id, ['done'])
    expect(done.endedBy).toBe('spillway')
  })

  test('keeps every attribute byte for byte but those that are removed, and the trace', async () => {
    const kept = {
      contentType: { DataType: 'String', StringValue: 'application/json; charset=UTF-8' },
      count: { DataType: 'Number.int', StringValue: '0042' },
      blob: { DataType: 'Binary.png', BinaryValue: new Uint8Array([0, 255, 10, 13, 128]) },
      label: { DataType: 'String.custom', StringValue: ' Ünïcödé\t ' },
    }
    await queues().send('{"traineeTisId":"1"}', { ...JAVA_TYPE, ...kept })
    await queues().killAll(1)
    const before = server().store.peekAll(queues().dlq.name)[0]
    const run = await startRun(db(), queues())
    await stepUntil(db(), run.id, ['waiting'])
    const after = server().store.peekAll(queues().source.name)[0]
    const { JavaType: _removed, ...wanted } = before?.attributes ?? {}
    expect(after?.attributes).toEqual(wanted)
    expect(Object.keys(wanted)).toHaveLength(4)
  })

  test('leaves a group that somebody holds where it is, and moves everything else', async () => {
    const sent = await deadLetters(2)
    await queues().send('{"poison":true}')
    await queues().killAll(3)
    const [held] = (
      await receive(makeRedriveContext(db()), queues().dlq.url, { most: 10, holdSeconds: 0, waitSeconds: 1 })
    )
      .filter(({ body }) => body.includes('poison'))
      .map(groupOf)
    const mark = { note: null, owner: null, isHeld: true, ticketUrl: null }
    await setGroupMark(db().orm, { queue: queues().dlq.name, fingerprint: held ?? '' }, mark, 'Rita', Date.now())
    const { id } = await startRun(db(), queues())
    await stepUntil(db(), id, ['waiting'])
    const consumed = await queues().consume(queues().source)
    await tellDeletes(1, 1)
    await stepUntil(db(), id, ['verifying'])
    expect([...consumed, ...bodies(queues().source.name)].toSorted()).toEqual(sent.toSorted())
    expect(bodies(queues().dlq.name)).toEqual(['{"poison":true}'])
  })

  test('stops with the reason when the first message comes back', async () => {
    await deadLetters(3)
    const run = await startRun(db(), queues(), { transform: [] })
    await stepUntil(db(), run.id, ['waiting'])
    await queues().killAll(3)
    const stopped = await stepUntil(db(), run.id, ['stopped'])
    expect(stopped).toMatchObject({
      canaryFate: 'came-back',
      reason: 'The first message came back: the consumer still cannot process it.',
      endedBy: 'spillway',
    })
    expect(bodies(queues().dlq.name)).toHaveLength(3)
  })

  test('never moves a second message while the fate of the first is unknown, however long that takes', async () => {
    await deadLetters(3)
    const run = await startRun(db(), queues())
    await stepUntil(db(), run.id, ['waiting'])
    const memory = newStepMemory()
    for (let turn = 0; turn < 3; turn += 1) await stepRedrive(run.id, makeRedriveContext(db()), memory)
    expect((await getRedrive(db().orm, run.id)).state).toBe('waiting')
    expect(calls('SendMessageBatch')).toHaveLength(1)
  })

  describe('people', () => {
    test('a pause counts at once, a resumed one goes on where it was, and both stand in its story', async () => {
      await deadLetters(3)
      const run = await startRun(db(), queues())
      await stepUntil(db(), run.id, ['waiting'])
      const by = { by: 'Omar', nowMs: Date.now() }
      await db().transaction((tx) => pauseRedrive(tx, run.id, by))
      await expect(db().transaction((tx) => pauseRedrive(tx, run.id, by))).rejects.toThrow('it is paused')
      expect(await stepRedrive(run.id, makeRedriveContext(db()), newStepMemory())).toMatchObject({ isOver: true })
      expect(calls('SendMessageBatch')).toHaveLength(1)
      await db().transaction((tx) => resumeRedrive(tx, run.id, { ...by, knowing: null }))
      expect(await getRedrive(db().orm, run.id)).toMatchObject({
        state: 'waiting',
        story: [{ text: 'Paused by Omar.' }, { text: 'Omar let it go on.' }],
      })
    })

    test('two redrives of one queue: one wins and the other learns who has it', async () => {
      const first = await startRun(db(), queues())
      const { id: _id, ...plan } = first
      const second = await insertPlan(db().orm, { ...plan, samples: [], plannedBy: 'Omar' })
      const start = db().transaction((tx) =>
        moveRedrive(tx, second.id, 'start', { startedBy: 'Omar', startedMs: Date.now() }, Date.now()),
      )
      await expect(start).rejects.toThrow(
        'R-1 has the queue profile-created-dlq: it is trying one message, started by Olga.',
      )
    })
  })
})
