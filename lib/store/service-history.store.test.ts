import { beforeEach, expect, it } from 'vitest'
import { dropSingleton } from '#lib/config/singleton.ts'
import { insertSamples } from './samples.ts'
import { aSample, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { loadServiceHistory, SERVICE_HISTORY_SLOT } from './service-history.ts'

const SERIES = 'sentry/orders/prod/errors'
const HOUR_MS = 3_600_000
const NOW_MS = INCIDENT_DAY_MS

describeStores('the history of a service', ({ db }) => {
  beforeEach(() => dropSingleton(SERVICE_HISTORY_SLOT))

  const addErrors = (hoursAgo: number, value: number): Promise<void> =>
    insertSamples(db().orm, [aSample({ series: SERIES, atMs: NOW_MS - hoursAgo * HOUR_MS, value })], {
      isBackfill: true,
    })
  const read = async (atMs = NOW_MS) => (await loadServiceHistory(db().orm, [SERIES], atMs)).get(SERIES)

  it('counts as soon as it is fetched', async () => {
    expect(await read()).toEqual({ hasEverSent: false, usualErrors: null })
    await addErrors(2, 3)
    expect(await read(), 'two hours tell nothing usual').toEqual({ hasEverSent: true, usualErrors: null })
    await addErrors(50, 97)
    expect(await read()).toEqual({ hasEverSent: true, usualErrors: 2 })
  })

  it('is read once in five minutes when it reaches back a day', async () => {
    await addErrors(100, 100)
    expect(await read()).toEqual({ hasEverSent: true, usualErrors: 1 })
    await addErrors(50, 900)
    expect(await read(NOW_MS + 299_000)).toEqual({ hasEverSent: true, usualErrors: 1 })
    expect((await read(NOW_MS + 300_000))?.usualErrors).toBeCloseTo(10, 1)
  })
})
