import { expect, it } from 'vitest'
import { OUTCOME_STATUSES, type OutcomeFacts, type OutcomeStatus } from '#lib/domain/outcome.ts'
import { anOutcomeEvent, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { randomOf } from '#lib/testing/random.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { countSegments, type SegmentRow } from './count-segments.ts'
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
      ['l', 'deleted', 1],
      ['m', 'deleted', 48],
      ['n', 'scheduled', 48],
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

  it('are those that their events tell, whatever was told in whatever order', async () => {
    const random = randomOf(41)
    const offices = ['London', 'Wessex', 'North West'] as const
    const told = Array.from({ length: 3_000 }, (_, at): Told => {
      const id = random.between(1, 1_500)
      const status = random.pick(OUTCOME_STATUSES)
      // No two at the same moment: which of them holds is for the total order, not for this test.
      const hoursAgo = (random.between(0, 40 * 24 * 60) * 1_000 + at) / 60_000
      return [String(id), status, hoursAgo, { localOffice: offices[id % 3] ?? 'London', isTest: id % 10 === 0 }]
    })
    await tell(...told)
    for (const hours of [6, 24, 30.4, 7 * 24, 10 * 24 + 0.01]) {
      const range = { fromMs: NOW - hours * HOUR_MS, toMs: NOW, usualFromMs: NOW - (hours + 28 * 24) * HOUR_MS }
      const rows = (await countSegments(db().orm, range)).filter(({ kind }) => kind === 'office')
      const expected = offices.map((office) => countedFrom(told, office, range)).filter(isAny)
      expect(new Map(rows.map((row) => [row.value, row]))).toEqual(new Map(expected.map((row) => [row.value, row])))
    }
  })

  /** The row of an office from the last event of each e-mail. */
  function countedFrom(told: readonly Told[], office: string, range: typeof DAY): SegmentRow {
    const last = new Map<string, Told>()
    for (const event of told.toSorted((a, b) => b[2] - a[2])) last.set(event[0], event)
    const mails = [...last.values()]
      .filter(([, , , facts]) => facts?.localOffice === office && facts.isTest !== true)
      .map(([, status, hoursAgo]) => ({ status, atMs: NOW - hoursAgo * HOUR_MS }))
      .filter(({ status }) => status !== 'scheduled' && status !== 'deleted')
    const usualFromMs = Math.ceil(range.usualFromMs / HOUR_MS) * HOUR_MS
    const usualToMs = Math.floor(range.fromMs / HOUR_MS) * HOUR_MS
    const now = mails.filter(({ atMs }) => atMs >= range.fromMs)
    const usual = mails.filter(({ atMs }) => atMs >= usualFromMs && atMs < usualToMs)
    const failedOf = (some: typeof mails): number => some.filter(({ status }) => status === 'failed').length
    return {
      kind: 'office',
      value: office,
      total: now.length,
      failed: failedOf(now),
      usualTotal: usual.length,
      usualFailed: failedOf(usual),
      open: failedOf(mails),
    }
  }

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
    await tell(['f', 'failed', 24 * 200], ['f', 'accepted', 3], ['f', 'delivered', 2])
    expect(await readRecovery(db().orm, DAY)).toEqual({ recovered: 3, medianMs: 4 * HOUR_MS })
  })
})

function isAny({ total, usualTotal, open }: SegmentRow): boolean {
  return total + usualTotal + open > 0
}
