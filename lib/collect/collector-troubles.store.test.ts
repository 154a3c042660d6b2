import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Reading } from '#lib/domain/reading.ts'
import { SourceError, type PollResult } from '#lib/sources/define-source.ts'
import { listOpenFindings } from '#lib/store/findings.ts'
import { listGaps, listOpenGaps } from '#lib/store/gaps.ts'
import { getSourceState } from '#lib/store/source-states.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { runSourceLoop } from './source-loop.ts'
import { runTicks } from './tick.ts'
import { until } from './fixtures/collecting.ts'
import { aSource, BEAT_SECONDS, breakable, good, reading, useCollecting } from './fixtures/use-collecting.ts'

describeStores('collecting in trouble', ({ db }) => {
  const { start, aContext, latest, allGaps } = useCollecting(db)

  describe('a source that fails', () => {
    test('leaves a gap from its last good reading, which ends when it answers', async () => {
      let isDown = false
      const { source } = aSource(async (_, turn) => {
        if (isDown) throw new SourceError('denied', 'sqs:ListQueues is not allowed')
        return good(turn)
      })
      start((signal) => runSourceLoop(source, aContext(source).context, signal))
      await until(async () => expect(await latest()).not.toBeNull())
      isDown = true
      await until(async () => expect(await listOpenGaps(db().orm)).toHaveLength(1))
      const state = await getSourceState(db().orm, 'sqs')
      const [gap] = await listOpenGaps(db().orm)
      expect(gap).toMatchObject({ scope: '*', reason: 'denied', message: 'sqs:ListQueues is not allowed' })
      expect(gap?.fromMs).toBe(state?.lastOkMs)
      isDown = false
      await until(async () => expect(await listOpenGaps(db().orm)).toEqual([]))
      expect(await allGaps()).toHaveLength(1)
    })

    test('because its connection was refused is not taken for a silent store', async () => {
      const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
      const { source } = aSource(() =>
        Promise.reject(new SourceError('unreachable', 'SQS could not be reached', { cause: refused })),
      )
      start((signal) => runSourceLoop(source, aContext(source).context, signal))
      await until(async () =>
        expect((await listOpenGaps(db().orm)).map(({ reason }) => reason)).toEqual(['unreachable']),
      )
    })

    test('keeps its cursor and is read on its beat', async () => {
      const { source, asked } = aSource(async (_, turn) => {
        if (turn > 2) throw new SourceError('timeout', 'no answer')
        return good(turn)
      })
      start((signal) => runSourceLoop(source, aContext(source).context, signal))
      await until(() => expect(asked.length).toBeGreaterThanOrEqual(6))
      expect(asked[5]?.cursor).toEqual({ turn: 2 })
      const lastedMs = (asked[5]?.atMs ?? 0) - (asked[0]?.atMs ?? 0)
      // Half a beat of slack for the time that storing takes.
      expect(lastedMs).toBeGreaterThanOrEqual(4.5 * BEAT_SECONDS * 1000)
    })

    test('is a fault of Spillway when the source breaks, told without its words', async () => {
      const { source } = aSource(() => Promise.reject(new TypeError('jane@example.com is not a function')))
      start((signal) => runSourceLoop(source, aContext(source).context, signal))
      await until(async () => expect(await listOpenGaps(db().orm)).toHaveLength(1))
      expect((await listOpenGaps(db().orm))[0]).toMatchObject({
        reason: 'internal',
        message: 'A fault inside Spillway; its log has the details.',
      })
    })

    test('does not hold up the end when it never answers and does not heed its signal', async () => {
      const { source } = aSource(() => new Promise<PollResult>(() => {}))
      const handle = start((signal) => runSourceLoop(source, aContext(source).context, signal))
      await until(async () => expect(await getSourceState(db().orm, 'sqs')).not.toBeNull())
      await handle.stop()
      expect(await getSourceState(db().orm, 'sqs')).toMatchObject({ lastOkMs: null, failingSinceMs: null })
    })

    test('in one part leaves a gap of that part until it is read again', async () => {
      let isPartDown = true
      const gap: Reading = { kind: 'gap', scope: 'orders', reason: 'denied', message: 'not allowed', atMs: Date.now() }
      const { source } = aSource(async (_, turn) => ({
        readings: isPartDown ? [reading(turn), gap] : [reading(turn)],
        cursor: null,
      }))
      start((signal) => runSourceLoop(source, aContext(source).context, signal))
      await until(async () => expect((await listOpenGaps(db().orm)).map(({ scope }) => scope)).toEqual(['orders']))
      isPartDown = false
      await until(async () => expect(await listOpenGaps(db().orm)).toEqual([]))
      expect((await getSourceState(db().orm, 'sqs'))?.failingSinceMs).toBeNull()
    })
  })

  describe('a store that does not answer', () => {
    test('costs nothing but time: what could not be kept is read again and acknowledged once', async () => {
      const { store, withStore } = breakable(db)
      const acknowledged: number[] = []
      const { source, asked } = aSource(async (_, turn) => {
        if (turn === 2) store.isDown = true
        return good(turn, { afterCommit: async () => void acknowledged.push(turn) })
      })
      start((signal) => runSourceLoop(source, aContext(source, { withStore }).context, signal))
      await until(() => expect(asked).toHaveLength(2))
      await wait(300)
      expect(asked).toHaveLength(2)
      store.isDown = false
      await until(() => expect(asked.length).toBeGreaterThanOrEqual(3))
      expect(asked[2]?.cursor).toEqual({ turn: 1 })
      expect(acknowledged).not.toContain(2)
      await until(async () =>
        expect((await allGaps()).map(({ reason, toMs }) => [reason, toMs !== null])).toEqual([['store', true]]),
      )
    })

    test('is waited for at the start', async () => {
      const { store, withStore } = breakable(db)
      store.isDown = true
      const { source, asked } = aSource(async (_, turn) => good(turn))
      start((signal) => runSourceLoop(source, aContext(source, { withStore }).context, signal))
      await wait(100)
      expect(asked).toEqual([])
      store.isDown = false
      await until(async () => expect(await latest()).not.toBeNull())
    })
  })

  describe('time that passes', () => {
    test('a source that fails for two intervals is unknown, and is not when it answers', async () => {
      let clockMs = Date.now()
      let isDown = false
      const { source, asked } = aSource(async (_, turn) => {
        if (isDown) throw new SourceError('unreachable', 'no route')
        return good(turn)
      }, 0.1)
      const { context } = aContext(source, { nowMs: () => clockMs })
      start((signal) => runSourceLoop(source, context, signal))
      start((signal) => runTicks(context, signal, 30))
      await until(() => expect(asked.length).toBeGreaterThan(0))
      isDown = true
      clockMs += 100
      await until(async () => expect(await listOpenGaps(db().orm)).toHaveLength(1))
      expect(await listOpenFindings(db().orm)).toEqual([])
      clockMs += 15_000
      await until(async () =>
        expect((await listOpenFindings(db().orm)).map(({ title, severity }) => [title, severity])).toEqual([
          ['We cannot see SQS: not reachable', 'unknown'],
        ]),
      )
      isDown = false
      clockMs += 100
      await until(async () => expect(await listOpenFindings(db().orm)).toEqual([]))
    })

    test('a hole that nobody noted, because Spillway was off, is noted when it is back', async () => {
      const { source, asked } = aSource(async (_, turn) => good(turn))
      const before = start((signal) => runSourceLoop(source, aContext(source).context, signal))
      await until(() => expect(asked.length).toBeGreaterThan(0))
      await before.stop()
      const laterMs = Date.now() + 3_600_000
      start((signal) => runSourceLoop(source, aContext(source, { nowMs: () => laterMs }).context, signal))
      await until(async () => expect(await listGaps(db().orm, { fromMs: 0, toMs: laterMs + 1 })).toHaveLength(1))
      const [hole] = await listGaps(db().orm, { fromMs: 0, toMs: laterMs + 1 })
      expect(hole).toMatchObject({ scope: '*', message: 'Spillway was not running.', toMs: laterMs })
    })
  })
})
