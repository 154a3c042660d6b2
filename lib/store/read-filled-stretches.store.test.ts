import { expect, it } from 'vitest'
import { aSample, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { listFilledStretches } from './read-filled-stretches.ts'
import { insertSamples } from './samples.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const START_MS = INCIDENT_DAY_MS
const SERIES = ['cloudwatch/orders/sent']

const stretch = (fromSecond: number, toSecond: number) => ({
  fromMs: START_MS + fromSecond * SECOND_MS,
  toMs: START_MS + toSecond * SECOND_MS,
})

describeStores('stretches without a reading', ({ db }) => {
  const readMinute = (minute: number): Promise<void> =>
    insertSamples(db().orm, [aSample({ series: SERIES[0] ?? '', atMs: START_MS + minute * MINUTE_MS })], {
      isBackfill: true,
    })

  it('are filled by a minute that begins in them', async () => {
    await readMinute(2)
    expect(await listFilledStretches(db().orm, SERIES, [stretch(90, 200), stretch(0, 120)])).toEqual(new Set([0]))
  })

  it('are filled by the minute in which they lie, or in which they began', async () => {
    await readMinute(2)
    expect(await listFilledStretches(db().orm, SERIES, [stretch(125, 165), stretch(150, 400)])).toEqual(new Set([0, 1]))
  })

  it('are not filled by a minute that was over before they began, nor by another series', async () => {
    await readMinute(2)
    expect(await listFilledStretches(db().orm, SERIES, [stretch(180, 240)])).toEqual(new Set())
    expect(await listFilledStretches(db().orm, ['cloudwatch/other/sent'], [stretch(120, 240)])).toEqual(new Set())
  })
})
