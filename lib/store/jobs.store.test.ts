import { expect, it } from 'vitest'
import { describeStores } from '#lib/testing/test-stores.ts'
import { startBoss } from './jobs.ts'

describeStores('jobs', ({ db }) => {
  it('run once each', async () => {
    const boss = await startBoss(db())
    try {
      await boss.createQueue('echo')
      const ran: unknown[] = []
      const all = Promise.withResolvers<void>()
      await boss.work<{ n: number }>('echo', { pollingIntervalSeconds: 0.5, batchSize: 5 }, async (jobs) => {
        ran.push(...jobs.map((job) => job.data.n))
        if (ran.length >= 3) all.resolve()
      })
      for (const n of [1, 2, 3]) await boss.send('echo', { n })
      await all.promise
      await expect
        .poll(async () => (await boss.findJobs('echo')).filter((job) => job.state === 'completed').length)
        .toBe(3)
      expect(ran.toSorted()).toStrictEqual([1, 2, 3])
    } finally {
      await boss.stop({ graceful: true, timeout: 5_000 })
    }
  })

  it('start again on a store that has them', async () => {
    const boss = await startBoss(db())
    await boss.stop({ graceful: false })
    const again = await startBoss(db())
    expect(await again.getQueues()).toBeInstanceOf(Array)
    await again.stop({ graceful: false })
  })
})
