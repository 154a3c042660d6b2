import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import type { PollResult } from '#lib/sources/define-source.ts'
import { listCalls } from '#lib/store/api-calls.ts'
import { listOpenFindings } from '#lib/store/findings.ts'
import { listOpenGaps } from '#lib/store/gaps.ts'
import { acquireLease } from '#lib/store/leases.ts'
import { getSourceState } from '#lib/store/source-states.ts'
import { aQueue } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { runSourceLoop } from './source-loop.ts'
import { until } from './fixtures/collecting.ts'
import { aSource, good, useCollecting } from './fixtures/use-collecting.ts'

describeStores('collecting', ({ db }) => {
  const { start, aContext, latest } = useCollecting(db)

  describe('a good poll', () => {
    test('stores readings, cursor and calls, and then says what is stale', async () => {
      const { source, asked } = aSource(async (_, turn) => good(turn))
      const { context, published } = aContext(source)
      const loop = start((signal) => runSourceLoop(source, context, signal))
      await until(() => expect(asked.length).toBeGreaterThanOrEqual(3))
      await loop.stop()
      const state = await getSourceState(db().orm, 'sqs')
      expect(state?.cursor).toEqual({ turn: await latest() })
      expect(asked[2]?.cursor).toEqual({ turn: 2 })
      expect(published).toEqual(expect.arrayContaining(['queues', 'sources']))
      const [calls] = await listCalls(db().orm, 0)
      expect(calls).toMatchObject({ service: 'sqs', operation: 'GetQueueAttributes', count: state?.cursor?.['turn'] })
    })

    test('is followed sooner than on its beat when the source is waiting for something', async () => {
      const { source, asked } = aSource(async (_, turn) => good(turn, { againSeconds: 1 }), 3_600)
      start((signal) => runSourceLoop(source, aContext(source).context, signal))
      await until(() => expect(asked.length).toBeGreaterThanOrEqual(3))
      expect((asked[2]?.atMs ?? 0) - (asked[1]?.atMs ?? 0)).toBeGreaterThan(300)
    })

    test('acknowledges only what another connection can see', async () => {
      const seen: (number | null)[] = []
      const { source } = aSource(async (_, turn) =>
        good(turn, { afterCommit: async () => void seen.push(await latest()) }),
      )
      start((signal) => runSourceLoop(source, aContext(source).context, signal))
      await until(() => expect(seen.length).toBeGreaterThanOrEqual(2))
      expect(seen.slice(0, 2)).toEqual([1, 2])
    })

    test('goes on when the acknowledgement fails', async () => {
      const { source, asked } = aSource(async (_, turn) =>
        good(turn, { afterCommit: () => Promise.reject(new Error('the queue is gone')) }),
      )
      start((signal) => runSourceLoop(source, aContext(source).context, signal))
      await until(() => expect(asked.length).toBeGreaterThanOrEqual(3))
      expect(await listOpenGaps(db().orm)).toEqual([])
    })

    test('is followed at once by the next while more waits upstream', async () => {
      const { source, asked } = aSource(async (_, turn) => good(turn, { hasMore: turn < 4 }), 60)
      start((signal) => runSourceLoop(source, aContext(source).context, signal))
      await until(() => expect(asked).toHaveLength(4))
    })

    test('finds dead letters and closes the finding when they are gone', async () => {
      const dlq = aQueue({ name: 'orders-dlq' })
      const queues = [aQueue({ name: 'orders', dlqArn: dlq.arn }), dlq]
      let waiting = 3
      const { source } = aSource(async () => ({
        readings: [
          { kind: 'queues', atMs: Date.now(), queues, isComplete: true },
          {
            kind: 'depths',
            depths: [{ queue: 'orders-dlq', atMs: Date.now(), visible: waiting, inFlight: 0, delayed: 0 }],
          },
        ],
        cursor: null,
      }))
      const { context, published } = aContext(source)
      start((signal) => runSourceLoop(source, context, signal))
      await until(async () =>
        expect((await listOpenFindings(db().orm)).map(({ title }) => title)).toEqual([
          '3 dead letters wait in orders-dlq (from orders)',
        ]),
      )
      waiting = 0
      await until(async () => expect(await listOpenFindings(db().orm)).toEqual([]))
      expect(published).toContain('findings')
      expect(published).toContain('queue:orders-dlq')
    })
  })

  describe('several collectors on one store', () => {
    test('ask the upstream as often as one does, and one takes over when the other ends', async () => {
      const { source, asked } = aSource(async (_, turn) => good(turn), 0.2)
      const first = start((signal) => runSourceLoop(source, aContext(source).context, signal))
      await until(() => expect(asked.length).toBeGreaterThanOrEqual(1))
      start((signal) => runSourceLoop(source, aContext(source).context, signal))
      start((signal) => runSourceLoop(source, aContext(source).context, signal))
      const fromMs = Date.now()
      const before = asked.length
      await until(() => expect(asked.length).toBeGreaterThanOrEqual(before + 10))
      expect(asked.length - before).toBeLessThanOrEqual((Date.now() - fromMs) / 200 + 1)
      await first.stop()
      const lastMs = asked.at(-1)?.atMs ?? 0
      const count = asked.length
      await until(() => expect(asked.length).toBeGreaterThan(count + 1))
      expect(asked[count]?.atMs ?? 0).toBeGreaterThanOrEqual(lastMs + 100)
    })

    test('a reading whose lease was lost meanwhile is not kept', async () => {
      const answer = Promise.withResolvers<PollResult>()
      const { source, asked } = aSource(async () => answer.promise)
      const { context, published } = aContext(source)
      const acknowledged = vi.fn()
      const handle = start((signal) => runSourceLoop(source, context, signal))
      await until(() => expect(asked).toHaveLength(1))
      const thief = { name: 'source:sqs', holder: 'thief', ttlSeconds: 600, nowMs: Date.now() + 60_000 }
      expect(await acquireLease(db(), thief)).not.toBeNull()
      answer.resolve(good(1, { afterCommit: async () => acknowledged() }))
      await wait(200)
      await handle.stop()
      expect(await latest()).toBeNull()
      expect(await getSourceState(db().orm, 'sqs')).toMatchObject({
        lastOkMs: null,
        cursor: null,
        failingSinceMs: null,
      })
      expect(published).toEqual([])
      expect(acknowledged).not.toHaveBeenCalled()
    })
  })
})
