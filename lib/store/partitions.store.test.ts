import { expect, it } from 'vitest'
import { aSample } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { dropPartitionsBefore, ensurePartitions, listPartitions } from './partitions.ts'
import { insertSamples, sumPoints } from './samples.ts'

describeStores('partitions', ({ db }) => {
  it('are made for each month of a range, and left alone when they exist', async () => {
    const from = Date.UTC(2019, 10, 30)
    const to = Date.UTC(2020, 1, 1)
    await ensurePartitions(db(), from, to)
    await ensurePartitions(db(), from, to)
    for (const table of ['sample', 'outcome_event'] as const)
      expect((await listPartitions(db().orm, table)).slice(0, 4)).toStrictEqual(
        ['2019_11', '2019_12', '2020_01', '2020_02'].map((month) => `${table}_${month}`),
      )
  })

  it('are made by several writers at once', async () => {
    const at = Date.UTC(2018, 3, 10)
    const write = (series: string): Promise<void> =>
      db().transaction((tx) => insertSamples(tx, [aSample({ series, atMs: at })], { isBackfill: true }))
    await Promise.all(['a', 'b', 'c', 'd'].map(write))
    const sums = await sumPoints(db().orm, { series: ['a', 'b', 'c', 'd'], fromMs: at, toMs: at + 1 })
    expect(sums.size).toBe(4)
  })

  it('are dropped once their month is over, and made again for a late reading', async () => {
    const reading = aSample({ atMs: Date.UTC(2017, 4, 31, 23, 59) })
    await insertSamples(db().orm, [reading], { isBackfill: true })
    expect(await dropPartitionsBefore(db(), 'sample', Date.UTC(2017, 4, 31, 23, 59, 59))).not.toContain(
      'sample_2017_05',
    )
    expect(await dropPartitionsBefore(db(), 'sample', Date.UTC(2017, 5, 1))).toContain('sample_2017_05')
    expect(await listPartitions(db().orm, 'sample')).not.toContain('sample_2017_05')
    await db().transaction((tx) => insertSamples(tx, [reading], { isBackfill: true }))
    expect(await listPartitions(db().orm, 'sample')).toContain('sample_2017_05')
  })
})
