import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { aSample, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import type { Sample } from '#lib/domain/sample.ts'
import { getLatestSamples, insertSamples, listPoints, listPointsOfMany, sumPoints } from './samples.ts'

const MINUTE_MS = 60_000
const START_MS = INCIDENT_DAY_MS
const LIVE = { isBackfill: false }

const series = (name: string, ...values: readonly number[]): Sample[] =>
  values.map((value, index) => aSample({ series: name, atMs: START_MS + index * MINUTE_MS, value }))

describeStores('samples', ({ db }) => {
  it.each([
    ['max', [3, 9]],
    ['min', [1, 4]],
    ['sum', [6, 17]],
    ['last', [2, 4]],
  ] as const)('fold to one point a bucket by %s', async (fold, expected) => {
    await insertSamples(db().orm, series('a', 3, 1, 2, 9, 4, 4).with(0, aSample({ series: 'a', value: 3 })), LIVE)
    const query = { series: 'a', fromMs: START_MS, toMs: START_MS + 6 * MINUTE_MS, bucketSeconds: 180, fold }
    expect(await listPoints(db().orm, query)).toStrictEqual([
      { atMs: START_MS, value: expected[0] },
      { atMs: START_MS + 3 * MINUTE_MS, value: expected[1] },
    ])
  })

  it('have no point where nothing was read, and none past the end of the range', async () => {
    await insertSamples(db().orm, [...series('a', 1, 2, 3), ...series('b', 5)], LIVE)
    const query = {
      fromMs: START_MS + MINUTE_MS,
      toMs: START_MS + 2 * MINUTE_MS,
      bucketSeconds: 60,
      fold: 'max',
    } as const
    expect(await listPointsOfMany(db().orm, { ...query, series: ['a', 'b', 'never'] })).toStrictEqual(
      new Map([
        ['a', [{ atMs: START_MS + MINUTE_MS, value: 2 }]],
        ['b', []],
        ['never', []],
      ]),
    )
  })

  it('sum over a range, leaving out a series that was never read', async () => {
    await insertSamples(db().orm, series('a', 1, 2, 4), LIVE)
    const sums = await sumPoints(db().orm, { series: ['a', 'never'], fromMs: START_MS, toMs: START_MS + 2 * MINUTE_MS })
    expect(sums).toStrictEqual(new Map([['a', 3]]))
  })

  it('replace a value that its source corrects, also within one batch', async () => {
    await insertSamples(db().orm, [aSample({ value: 1 }), aSample({ value: 2 })], LIVE)
    await insertSamples(db().orm, [aSample({ value: 7 })], { isBackfill: true })
    const { rows } = await db().orm.execute(sql`select value, is_backfill as "isBackfill" from sample`)
    expect(rows).toStrictEqual([{ value: 7, isBackfill: false }])
  })

  it('know the latest of each series, which older readings do not replace', async () => {
    await insertSamples(db().orm, [...series('a', 1, 2), ...series('b', 9)], LIVE)
    await insertSamples(db().orm, [aSample({ series: 'a', atMs: START_MS - 1, value: 50 })], { isBackfill: true })
    expect(await getLatestSamples(db().orm, ['a', 'b', 'never'])).toStrictEqual(
      new Map([
        ['a', { atMs: START_MS + MINUTE_MS, value: 2 }],
        ['b', { atMs: START_MS, value: 9 }],
      ]),
    )
  })

  it('are kept in any number and for any month', async () => {
    const year = Date.UTC(2023, 0, 1)
    const many = Array.from({ length: 12_000 }, (_, index) =>
      aSample({ series: `s${index % 7}`, atMs: year + index * 45 * MINUTE_MS, value: index }),
    )
    await db().transaction((tx) => insertSamples(tx, many, { isBackfill: true }))
    const { rows } = await db().orm.execute(sql`select count(*) as count, sum(value) as total from sample`)
    expect(rows).toStrictEqual([{ count: 12_000, total: (11_999 * 12_000) / 2 }])
  })

  it('refuse a moment that is no epoch milliseconds', async () => {
    const wrong = insertSamples(db().orm, [aSample({ atMs: START_MS * 1000 })], LIVE)
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(insertSamples(db().orm, [aSample({ atMs: Number.NaN })], LIVE)).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  it('stay none when there are none', async () => {
    await insertSamples(db().orm, [], LIVE)
    expect(await getLatestSamples(db().orm, [])).toStrictEqual(new Map())
    expect(await sumPoints(db().orm, { series: [], fromMs: 0, toMs: 1 })).toStrictEqual(new Map())
  })
})
