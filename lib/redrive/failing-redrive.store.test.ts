import { describe, expect, test } from 'vitest'
import { countLedger, listLedger } from '#lib/store/read-ledger.ts'
import { getRedrive, moveRedrive } from '#lib/store/redrives.ts'
import { lookMs } from '#lib/store/unfinished-stops.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { CallSlots } from './call-slots.ts'
import { LedgerPen } from './ledger-pen.ts'
import { moveMessages } from './move-messages.ts'
import { newStepMemory } from './step-memory.ts'
import { stepRedrive } from './step.ts'
import { letRun, makeDyingContext, makeRedriveContext, startRun, stepUntil } from './fixtures/redrive-runs.ts'
import { entriesOf, messagesOf, successfulOf } from './fixtures/logged-batches.ts'
import { useQueues } from './fixtures/use-queues.ts'

describeStores('a redrive when something fails', ({ db }) => {
  const { queues, server, calls, bodies, deadLetters } = useQueues(db)

  describe('when SQS fails', () => {
    test('sends a message again whose answer was lost, and says for ever that it may be there twice', async () => {
      await deadLetters(1)
      const run = await startRun(db(), queues())
      server().faults.add({ operation: 'SendMessageBatch', times: 1, action: { kind: 'drop-after-commit' } })
      await stepUntil(db(), run.id, ['waiting'])
      expect(await listLedger(db().orm, run.id)).toMatchObject([
        { state: 'deleted', isPossibleDuplicate: true, sendAttempts: 2 },
      ])
      expect(bodies(queues().source.name)).toHaveLength(2)
    })

    test('does not call a message a possible duplicate that SQS refused for certain', async () => {
      await deadLetters(1)
      const run = await startRun(db(), queues())
      server().faults.add({ operation: 'SendMessageBatch', times: 2, action: { kind: 'throttle' } })
      await stepUntil(db(), run.id, ['waiting'])
      expect(await listLedger(db().orm, run.id)).toMatchObject([{ isPossibleDuplicate: false, sendAttempts: 1 }])
      expect(bodies(queues().source.name)).toHaveLength(1)
    })

    test('deletes only what was sent when a batch fails in part, and moves the rest later', async () => {
      const sent = await deadLetters(12)
      const run = await startRun(db(), queues())
      await stepUntil(db(), run.id, ['waiting'])
      server().faults.add({ operation: 'SendMessageBatch', times: 2, action: { kind: 'partial-batch', every: 3 } })
      server().faults.add({
        operation: 'DeleteMessageBatch',
        times: 2,
        action: { kind: 'partial-batch', every: 2 },
      })
      await letRun(db(), run.id)
      expect(bodies(queues().source.name).toSorted()).toEqual(sent.toSorted())
      expect(bodies(queues().dlq.name)).toEqual([])
      expectNothingDeletedUnsent()
    })

    test('sends no message of a later batch that another has received meanwhile', async () => {
      for (const at of [1, 2, 3])
        await queues().send(JSON.stringify({ at, text: 'x'.repeat(700_000) }), {}, queues().dlq)
      const run = await startRun(db(), queues())
      const context = { ...makeRedriveContext(db()), slots: new CallSlots(1) }
      const soFar = { moved: 0, taken: 0, cameBack: 0 }
      const pen = new LedgerPen(run, context, { isCanary: false, most: null, soFar })
      const unhook = server().faults.onBefore('SendMessageBatch', async () => {
        unhook()
        await expect.poll(() => server().store.measure(queues().dlq.name).notVisible).toBe(0)
        await queues().hide(queues().dlq, 60)
      })
      const memory = newStepMemory()
      await moveMessages({ run, context, pen, inHand: new Set(), memory }, 10)
      await pen.flush()
      expect(bodies(queues().source.name)).toHaveLength(1)
      expect(bodies(queues().dlq.name)).toHaveLength(3)
      expect(await countLedger(db().orm, run.id)).toMatchObject({ read: 2, sent: 1, deleted: 0 })
    })

    test('ends with as many as were asked for although nobody knows whether a delete was done', async () => {
      await deadLetters(6)
      const run = await startRun(db(), queues(), { mostMessages: 4 })
      await stepUntil(db(), run.id, ['waiting'])
      server().faults.add({ operation: 'DeleteMessageBatch', times: 1, action: { kind: 'drop-after-commit' } })
      await letRun(db(), run.id)
      expect([bodies(queues().source.name).length, bodies(queues().dlq.name).length]).toEqual([4, 2])
    })

    test('deletes what it sent however long ago that was, when a process goes on with it', async () => {
      const sent = await deadLetters(6)
      const run = await startRun(db(), queues(), { mostMessages: 4 })
      await stepUntil(db(), run.id, ['waiting'])
      const heal = server().faults.add({ operation: 'DeleteMessageBatch', action: { kind: 'throttle' } })
      await db().transaction((tx) => moveRedrive(tx, run.id, 'canary-consumed', { canaryFate: 'consumed' }, Date.now()))
      await stepRedrive(run.id, makeRedriveContext(db()), newStepMemory())
      expect(await countLedger(db().orm, run.id)).toMatchObject({ deleted: 1, sent: 3 })
      heal()
      const nextDay = { ...makeRedriveContext(db()), nowMs: () => Date.now() + 86_400_000 }
      await stepUntil(db(), run.id, ['verifying'], { context: nextDay })
      const [source, dlq] = [bodies(queues().source.name), bodies(queues().dlq.name)]
      expect([...source, ...dlq].toSorted()).toEqual(sent.toSorted())
      expect(await countLedger(db().orm, run.id)).toMatchObject({ deleted: 4, sent: 0 })
    })

    test.each([
      ['while its holds may run out', -60_000, 'running'],
      ['no longer than that', 1_000, 'verifying'],
    ] as const)('what nobody knows to be deleted it looks for %s', async (_what, beyondMs, state) => {
      await deadLetters(6)
      const run = await startRun(db(), queues(), { mostMessages: 4 })
      await stepUntil(db(), run.id, ['waiting'])
      await db().transaction((tx) => moveRedrive(tx, run.id, 'canary-consumed', { canaryFate: 'consumed' }, Date.now()))
      const memory = newStepMemory()
      server().faults.add({ operation: 'DeleteMessageBatch', times: 1, action: { kind: 'drop-after-commit' } })
      await stepRedrive(run.id, makeRedriveContext(db()), memory)
      memory.deletingSince = performance.now() - lookMs(run.holdSeconds) - beyondMs
      await stepRedrive(run.id, makeRedriveContext(db()), memory)
      expect(await getRedrive(db().orm, run.id)).toMatchObject({ state })
      expect(await countLedger(db().orm, run.id)).toMatchObject({ deleted: 1, sent: 3 })
    })

    test('does not call deleted what somebody hides for longer than it waits', async () => {
      const sent = await deadLetters(3)
      const run = await startRun(db(), queues())
      await stepUntil(db(), run.id, ['waiting'])
      await db().transaction((tx) => moveRedrive(tx, run.id, 'canary-consumed', { canaryFate: 'consumed' }, Date.now()))
      const heal = server().faults.add({ operation: 'DeleteMessageBatch', action: { kind: 'throttle' } })
      await stepRedrive(run.id, makeRedriveContext(db()), newStepMemory())
      heal()
      const { dlq } = queues()
      await expect.poll(() => server().store.measure(dlq.name).notVisible).toBe(0)
      await queues().hide(dlq, 600)
      await stepUntil(db(), run.id, ['verifying'])
      expect(bodies(queues().source.name).toSorted()).toEqual(sent.toSorted())
      expect(bodies(dlq.name)).toHaveLength(2)
      expect(await countLedger(db().orm, run.id)).toMatchObject({ deleted: 1, sent: 2 })
    })

    test('ends with as many as were asked for although a delete failed, and keeps none of them twice', async () => {
      const sent = await deadLetters(6)
      const run = await startRun(db(), queues(), { mostMessages: 4 })
      await stepUntil(db(), run.id, ['waiting'])
      server().faults.add({ operation: 'DeleteMessageBatch', times: 1, action: { kind: 'partial-batch', every: 2 } })
      await letRun(db(), run.id)
      const [source, dlq] = [bodies(queues().source.name), bodies(queues().dlq.name)]
      expect([source.length, dlq.length]).toEqual([4, 2])
      expect([...source, ...dlq].toSorted()).toEqual(sent.toSorted())
      expect(await countLedger(db().orm, run.id)).toMatchObject({ deleted: 4, sent: 0 })
    })

    test('says what is wrong while SQS refuses, and goes on by itself afterwards', async () => {
      await deadLetters(1)
      const run = await startRun(db(), queues())
      const remove = server().faults.add({
        operation: 'ReceiveMessage',
        caller: /spillway/,
        action: { kind: 'error', code: 'AccessDenied', status: 403 },
      })
      const memory = { ...newStepMemory(), idleReceives: 3, idleSince: performance.now() - 600_000 }
      await stepRedrive(run.id, makeRedriveContext(db()), memory)
      expect((await getRedrive(db().orm, run.id)).trouble).toContain('grant sqs:ReceiveMessage')
      expect(memory, 'what it could not read is not empty').toMatchObject({ idleReceives: 0, idleSince: null })
      remove()
      await stepUntil(db(), run.id, ['waiting'])
      expect((await getRedrive(db().orm, run.id)).trouble).toBeNull()
    })
  })

  describe('when its process dies', () => {
    const KILLS = ['ReceiveMessage', 'SendMessageBatch', 'DeleteMessageBatch'].flatMap((operation) =>
      (['before', 'after'] as const).map((moment) => [operation, moment] as const),
    )

    test.each(KILLS)('at %s, %s the call, another goes on and loses nothing', async (operation, moment) => {
      const sent = await deadLetters(4)
      const run = await startRun(db(), queues())
      const dead = new AbortController()
      const kill = ({ caller }: { readonly caller: string }): void => {
        if (caller === 'spillway') dead.abort(new Error('killed'))
      }
      const { faults } = server()
      const remove = moment === 'before' ? faults.onBefore(operation, kill) : faults.onAfter(operation, kill)
      const dying = makeDyingContext(db(), dead.signal)
      await expect(stepUntil(db(), run.id, ['waiting'], { context: dying })).rejects.toThrow('killed')
      remove()
      await stepUntil(db(), run.id, ['waiting'])
      await letRun(db(), run.id)
      const there = bodies(queues().source.name)
      expect([...new Set(there)].toSorted()).toEqual(sent.toSorted())
      expect(bodies(queues().dlq.name)).toEqual([])
      const { possibleDuplicates } = await countLedger(db().orm, run.id)
      expect(there.length - sent.length).toBeLessThanOrEqual(possibleDuplicates)
      expectNothingDeletedUnsent()
    })
  })

  /** By the server's own log: every delete names a message that had been received by then and whose body had been sent. */
  function expectNothingDeletedUnsent(): void {
    const received = new Map<string, string>()
    const sent = new Set<string>()
    for (const call of calls()) {
      if (call.operation === 'ReceiveMessage')
        for (const each of messagesOf(call)) received.set(each.ReceiptHandle, each.Body)
      if (call.operation === 'SendMessageBatch') {
        const entries = entriesOf(call)
        for (const id of successfulOf(call)) sent.add(entries[Number(id)]?.MessageBody ?? '')
      }
      if (call.operation === 'DeleteMessageBatch')
        for (const { ReceiptHandle } of entriesOf(call)) expect([...sent]).toContain(received.get(ReceiptHandle))
    }
  }
})
