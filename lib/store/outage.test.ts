import { afterEach, expect, test } from 'vitest'
import { dropSingleton } from '#lib/config/singleton.ts'
import { asProcessEnv } from '#lib/testing/as-process-store.ts'
import { closeDb } from './db.ts'
import { storeOutageSinceMs, withStore } from './outage.ts'

afterEach(async () => {
  await closeDb()
  dropSingleton('store-outage')
})

test('a database that does not answer is an outage, and the moment of its first failure stays', async () => {
  // Port 1 of this machine refuses at once.
  asProcessEnv({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })
  const beforeMs = Date.now()
  const first = await withStore(() => Promise.resolve('never')).catch((error: unknown) => error)
  expect(first).toMatchObject({ code: 'store_unavailable' })
  const sinceMs = storeOutageSinceMs() ?? 0
  expect(sinceMs).toBeGreaterThanOrEqual(beforeMs)
  await expect(withStore(() => Promise.resolve('never'))).rejects.toMatchObject({ sinceMs })
})

test('an answer ends the outage, and an error that is no outage passes as it is', async () => {
  asProcessEnv({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })
  await withStore(() => Promise.resolve('never')).catch(() => undefined)
  await closeDb()
  asProcessEnv({ SPILLWAY_DATA_DIR: 'memory://' })
  const mistake = new TypeError('a mistake of ours')
  await expect(withStore(() => Promise.reject(mistake))).rejects.toBe(mistake)
  expect(await withStore(({ kind }) => Promise.resolve(kind))).toBe('embedded')
  expect(storeOutageSinceMs()).toBeNull()
})
