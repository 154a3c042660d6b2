import { setTimeout as wait } from 'node:timers/promises'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import type { Db } from '#lib/store/db.ts'
import { acquireLease } from '#lib/store/leases.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { createChangeLog } from './change-log.ts'
import type { CollectContext } from './collect-context.ts'
import { runUnderLease } from './run-under-lease.ts'

describeStores('work under a lease', ({ db }) => {
  const stopping: AbortController[] = []

  afterEach(() => stopping.splice(0).forEach((each) => each.abort()))

  function begin(run: Parameters<typeof runUnderLease>[3], withStore: CollectContext['withStore']): Promise<void> {
    const log = pino({ level: 'silent' })
    const stop = new AbortController()
    stopping.push(stop)
    const context: CollectContext = {
      sources: [],
      detectors: [],
      notifiers: [],
      env: readEnv({}).env,
      settings: settingsSchema.parse({}),
      withStore,
      publish: () => {},
      log,
      changes: createChangeLog(log),
      holder: 'first',
      nowMs: () => Date.now(),
    }
    return runUnderLease('work', context, stop.signal, run)
  }

  test('has ended when another can take the lease of a process that cannot reach the store', async () => {
    const store = { isDown: false }
    const seen: { held: AbortSignal | null } = { held: null }
    const withStore = <T>(work: (db: Db) => Promise<T>): Promise<T> =>
      store.isDown ? Promise.reject(new AppError('store_unavailable', 'the store is down')) : work(db())
    const ended = begin((_, held) => {
      store.isDown = true
      seen.held = held
      return new Promise((resolve) => held.addEventListener('abort', () => resolve(), { once: true }))
    }, withStore)
    await expect.poll(() => seen.held).not.toBeNull()
    expect(seen.held?.aborted).toBe(false)
    while ((await acquireLease(db(), { name: 'work', holder: 'second', ttlSeconds: 10 })) === null) await wait(20)
    expect(seen.held?.aborted).toBe(true)
    stopping[0]?.abort()
    await ended
  })

  test('that fails each time is begun less and less often', async () => {
    const begunMs: number[] = []
    const ended = begin(
      () => {
        begunMs.push(performance.now())
        return Promise.reject(new Error('a fault'))
      },
      (work) => work(db()),
    )
    await expect.poll(() => begunMs.length).toBeGreaterThanOrEqual(6)
    stopping[0]?.abort()
    await ended
    const [fifth = 0, sixth = 0] = begunMs.slice(4)
    expect(sixth - fifth).toBeGreaterThan(1_900)
  })
})
