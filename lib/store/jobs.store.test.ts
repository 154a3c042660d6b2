import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '#lib/testing/test-stores.ts'
import { startBoss } from './jobs.ts'

describeStores('jobs', ({ db, kind }) => {
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

  it('leave nothing behind when they cannot start', async ({ skip }) => {
    if (kind === 'embedded') return skip('it has no connections of their own')
    const boss = await startBoss(db())
    await boss.stop({ graceful: false })
    await db().orm.execute(sql`alter table jobs.queue rename to queue_of_another_release`)
    await expect(startBoss(db())).rejects.toThrow()
    // A connection that is given up ends a moment later; one that is left idle lasts ten seconds.
    const connections = async (): Promise<unknown> =>
      (
        await db().orm.execute(sql`
          select application_name from pg_stat_activity
          where datname = current_database() and application_name <> 'spillway'`)
      ).rows
    await expect.poll(connections).toEqual([])
    await db().orm.execute(sql`drop schema jobs cascade`)
  })
})
