import { expect, test } from 'vitest'
import { addCalls } from '#lib/store/api-calls.ts'
import { createToken } from '#lib/store/tokens.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { loadSettingsPage } from './settings/query.ts'
import { contextOf, NOW, storeHealthy } from './fixtures/stored-system.ts'

describeStores('the page of settings', ({ db, kind }) => {
  test('shows tokens, calls and sources, and no secret', async () => {
    await db().transaction(async (tx) => {
      await storeHealthy(tx)
      await createToken(tx, { purpose: 'wall', name: 'kitchen', atMs: NOW })
      await addCalls(tx, [{ service: 'sqs', operation: 'GetQueueAttributes', count: 1000 }], NOW)
    })
    const page = await loadSettingsPage(contextOf(db()))
    expect(page.store).toBe(kind)
    expect(page.version).toMatch(/^\d+\.\d+\.\d+/)
    expect(page.tokens).toMatchObject([{ name: 'kitchen', purpose: 'wall', isRevoked: false, lastUsedMs: null }])
    expect(page.calls).toMatchObject([{ service: 'sqs', operation: 'GetQueueAttributes', last24h: 1000 }])
    expect(page.headline.text).toBe('Everything that is configured answers; 1 source is not connected.')
    expect(page.sources.every(({ teaches }) => teaches !== '')).toBe(true)
    expect(page.detectors.length).toBeGreaterThan(3)
  })
})
