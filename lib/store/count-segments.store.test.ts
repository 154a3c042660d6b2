import { expect, it } from 'vitest'
import type { OutcomeFacts, OutcomeStatus } from '#lib/domain/outcome.ts'
import { anOutcomeEvent, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { countSegments } from './count-segments.ts'
import { applyOutcomeEvents } from './outcomes.ts'
import { readRecovery } from './read-recovery.ts'

const HOUR_MS = 3_600_000
const NOW = INCIDENT_DAY_MS
const DAY = { fromMs: NOW - 24 * HOUR_MS, toMs: NOW, usualFromMs: NOW - 29 * 24 * HOUR_MS }

describeStores('e-mails by segment', ({ db }) => {
  type Told = readonly [id: string, status: OutcomeStatus, hoursAgo: number, facts?: Partial<OutcomeFacts>]
  const tell = (...told: readonly Told[]): Promise<unknown> =>
    db().transaction((tx) =>
      applyOutcomeEvents(
        tx,
        told.map(([notificationId, status, hoursAgo, facts]) =>
          anOutcomeEvent({ notificationId, status, atMs: NOW - hoursAgo * HOUR_MS, facts: { ...facts } }),
        ),
        { isBackfill: false },
      ),
    )

  it('are counted in the range to the minute, in the time before, and as failed now', async () => {
    await tell(
      ['a', 'delivered', 1],
      ['b', 'failed', 2],
      ['c', 'failed', 24.2],
      ['d', 'delivered', 23.8],
      ['e', 'failed', 23.9],
      ['f', 'delivered', 48],
      ['g', 'failed', 24 * 40],
      ['h', 'scheduled', 1],
      ['i', 'failed', 1, { isTest: true }],
      ['j', 'failed', 1, { isOnboarding: false }],
      ['k', 'delivered', 3, { localOffice: null, contactDomain: 'gmail.com' }],
    )
    const rows = await countSegments(db().orm, DAY)
    expect(rows.find(({ kind }) => kind === 'office')).toEqual({
      kind: 'office',
      value: 'Thames Valley',
      total: 4,
      failed: 2,
      usualTotal: 1,
      usualFailed: 0,
      open: 4,
    })
    expect(rows.filter(({ kind }) => kind === 'domain').map(({ value, total }) => [value, total])).toEqual([
      ['example.com', 4],
      ['gmail.com', 1],
    ])
    expect(rows.filter(({ kind }) => kind === 'type')).toMatchObject([
      { value: 'PROGRAMME_CREATED', total: 5, failed: 2 },
    ])
  })

  it('recover in so long: from the first failure of the last row of failures to the first success', async () => {
    expect(await readRecovery(db().orm, DAY)).toEqual({ recovered: 0, medianMs: null })
    await tell(
      ['a', 'failed', 100],
      ['a', 'delivered', 90],
      ['a', 'failed', 9],
      ['a', 'failed', 8],
      ['a', 'accepted', 5],
      ['a', 'delivered', 4],
      ['b', 'failed', 4],
      ['b', 'delivered', 2],
      ['c', 'failed', 30],
      ['c', 'delivered', 29],
      ['d', 'delivered', 1],
      ['e', 'failed', 1],
    )
    expect(await readRecovery(db().orm, DAY)).toEqual({ recovered: 2, medianMs: 3 * HOUR_MS })
  })
})
