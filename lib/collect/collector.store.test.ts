import { setTimeout as wait } from 'node:timers/promises'
import { pino } from 'pino'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import type { Reading } from '#lib/domain/reading.ts'
import { detectors } from '#lib/detect/index.ts'
import { SourceError, type PollContext, type PollResult, type Source } from '#lib/sources/define-source.ts'
import { listCalls } from '#lib/store/api-calls.ts'
import type { Db } from '#lib/store/db.ts'
import { listOpenFindings } from '#lib/store/findings.ts'
import { listGaps, listOpenGaps } from '#lib/store/gaps.ts'
import { acquireLease } from '#lib/store/leases.ts'
import { getLatestSamples } from '#lib/store/samples.ts'
import { getSourceState } from '#lib/store/source-states.ts'
import { aQueue } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { createChangeLog } from './change-log.ts'
import type { CollectContext } from './collect-context.ts'
import { runSourceLoop } from './source-loop.ts'
import { runTicks } from './tick.ts'

const SERIES = 'sqs/profile-created/visible'
const BEAT_SECONDS = 0.05

/** A source that answers as the test says; it counts how it was asked. */
function aSource(poll: (context: PollContext, turn: number) => Promise<PollResult>, everySeconds = BEAT_SECONDS) {
  const asked: { readonly atMs: number; readonly cursor: PollContext['cursor'] }[] = []
  const source: Source = {
    id: 'sqs',
    title: 'SQS',
    teaches: 'depths',
    permissions: [],
    missing: () => null,
    everySeconds: () => everySeconds,
    poll: async (context) => {
      asked.push({ atMs: Date.now(), cursor: context.cursor })
      context.countCall('sqs', 'GetQueueAttributes')
      return poll(context, asked.length)
    },
  }
  return { source, asked }
}

const reading = (value: number): Reading => ({
  kind: 'samples',
  samples: [{ series: SERIES, atMs: Date.now(), value }],
  isBackfill: false,
})

const good = (turn: number, more: Partial<PollResult> = {}): PollResult => ({
  readings: [reading(turn)],
  cursor: { turn },
  ...more,
})

const until = (check: () => Promise<void> | void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 20 })

/** A store that can be switched off. */
function breakable(db: () => Db) {
  const store = { isDown: false }
  const withStore = <T>(work: (db: Db) => Promise<T>): Promise<T> =>
    store.isDown ? Promise.reject(new AppError('store_unavailable', 'the store is down')) : work(db())
  return { store, withStore }
}

describeStores('collecting', ({ db }) => {
  const running: { stop(): Promise<void> }[] = []

  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()))
  })

  function aContext(source: Source, given: Partial<CollectContext> = {}) {
    const published: string[] = []
    const log = pino({ level: 'silent' })
    const context: CollectContext = {
      sources: [source],
      detectors,
      notifiers: [],
      env: readEnv({ SPILLWAY_SECRET: 'a secret of thirty-two characters' }).env,
      settings: settingsSchema.parse({}),
      withStore: (work) => work(db()),
      publish: (topics) => published.push(...topics),
      log,
      changes: createChangeLog(log),
      holder: `test ${Math.random()}`,
      nowMs: () => Date.now(),
      ...given,
    }
    return { context, published }
  }

  function start(run: (signal: AbortSignal) => Promise<void>): { stop(): Promise<void> } {
    const stopping = new AbortController()
    const ended = run(stopping.signal)
    const handle = {
      stop: async () => {
        stopping.abort()
        await ended
      },
    }
    running.push(handle)
    return handle
  }

  const latest = async (): Promise<number | null> =>
    (await getLatestSamples(db().orm, [SERIES])).get(SERIES)?.value ?? null
  const allGaps = () => listGaps(db().orm, { fromMs: 0, toMs: Date.now() + 60_000 })

  describe('a good poll', () => {
    test('stores readings, cursor and calls, and then says what is stale', async () => {
      const { source, asked } = aSource(async (_, turn) => good(turn))
      const { context, published } = aContext(source)
      start((signal) => runSourceLoop(source, context, signal))
      await until(() => expect(asked.length).toBeGreaterThanOrEqual(3))
      await running[0]?.stop()
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
