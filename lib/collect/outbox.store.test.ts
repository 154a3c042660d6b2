import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { AppError } from '#lib/domain/errors.ts'
import type { Db } from '#lib/store/db.ts'
import { listCalls } from '#lib/store/api-calls.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import type { SlackServer } from '#world/slack/server.ts'
import { OUTBOX_PACE } from './outbox-loop.ts'
import { until } from './fixtures/collecting.ts'
import { POST, rootsOf, storyOf, useOutbox } from './fixtures/use-outbox.ts'

/** Drops the answer of the call that comes as the `turn`th. */
function flaky(server: SlackServer, turn: number): () => void {
  let calls = 0
  return () => {
    calls += 1
    if (calls === turn - 1) server.faults.add({ method: POST, times: 1, action: { kind: 'drop-after-commit' } })
  }
}

describeStores('the outbox', ({ db }) => {
  const { startSlack, aContext, start, open, say, untilEmpty, states, tolds } = useOutbox(db)

  describe('when all is well', () => {
    test('tells an incident once, its story below it in order, and changes in place; and the timeline says so once', async () => {
      const { server } = await startSlack()
      const number = await open('profile-created', 3)
      start(aContext(server))
      await untilEmpty()
      await say(number, 'update', 'worse')
      await say(number, 'thread', 'entry 4')
      await untilEmpty()
      const [root, ...others] = rootsOf(server)
      expect(others).toEqual([])
      expect(root).toMatchObject({
        text: expect.stringContaining('worse'),
        metadata: { event_type: 'spillway_incident', event_payload: { incident: `INC-${number}` } },
      })
      expect(storyOf(server, root)).toEqual(['entry 1', 'entry 2', 'entry 3', 'entry 4'])
      expect(await tolds(number)).toMatchObject([
        { actor: 'spillway', text: expect.stringMatching(/^Told #incidents in Slack, \d+ s after it was opened$/) },
      ])
      const calls = await listCalls(db().orm, 0)
      expect(calls).toContainEqual(expect.objectContaining({ service: 'slack', operation: POST, count: 5 }))
    })

    test('tells within three seconds at the pace of production', async () => {
      const { server } = await startSlack()
      start(aContext(server), OUTBOX_PACE)
      await until(async () => expect((await db().orm.execute(sql`select 1 from lease`)).rows).toHaveLength(1))
      const openedAtMs = Date.now()
      await open('profile-created')
      await untilEmpty()
      expect(rootsOf(server)).toHaveLength(1)
      expect(Date.now() - openedAtMs).toBeLessThan(3000)
    })
  })

  describe('when it is not known whether a message arrived', () => {
    test('a dropped answer is no second message, of the incident or of its story', async () => {
      const { server, log } = await startSlack()
      server.faults.add({ method: POST, times: 1, action: { kind: 'drop-after-commit' } })
      const number = await open('profile-created', 1)
      start(aContext(server))
      await until(() => expect(rootsOf(server)).toHaveLength(1))
      server.faults.add({ method: POST, times: 1, action: { kind: 'drop-after-commit' } })
      await untilEmpty()
      expect(rootsOf(server)).toHaveLength(1)
      expect(storyOf(server, rootsOf(server)[0])).toEqual(['entry 1'])
      expect(await tolds(number)).toHaveLength(1)
      expect(log.list({ operation: 'conversations.history' })).toHaveLength(1)
      expect(log.list({ operation: 'conversations.replies' })).toHaveLength(1)
      expect(log.list({ operation: POST })).toHaveLength(2)
    })

    test('what did not arrive is told after the channel was asked', async () => {
      const { server, log } = await startSlack()
      server.faults.add({ method: POST, times: 2, action: { kind: 'drop-before' } })
      await open('profile-created')
      start(aContext(server))
      await untilEmpty()
      expect(rootsOf(server)).toHaveLength(1)
      expect(log.list().map(({ operation }) => operation)).toEqual([
        'auth.test',
        'conversations.list',
        POST,
        'conversations.history',
        POST,
        'conversations.history',
        POST,
      ])
    })

    test.each([
      ['before Slack took the message', 'drop-before'],
      ['after Slack took the message', 'drop-after-commit'],
      ['after Slack answered', null],
    ] as const)('a process that dies %s is replaced by one that asks first', async (_, fault) => {
      const { server, log } = await startSlack()
      // A process without its store can do nothing any more, as one that was killed.
      let isDead = false
      if (fault !== null) server.faults.add({ method: POST, times: 1, action: { kind: fault } })
      server.faults.onBefore(POST, () => {
        isDead = true
      })
      const dying = aContext(server, {
        withStore: (work) => (isDead ? Promise.reject(new AppError('store_unavailable', 'dead')) : work(db())),
      })
      const number = await open('profile-created', 1)
      const first = start(dying)
      await until(() => expect(isDead).toBe(true))
      await first.stop()
      await db().orm.execute(sql`update lease set expires_at = '-infinity'`)
      expect(await states()).toMatchObject({ [`INC-${number}:root:opened`]: 'attempted' })
      start(aContext(server))
      await untilEmpty()
      expect(rootsOf(server)).toHaveLength(1)
      expect(storyOf(server, rootsOf(server)[0])).toEqual(['entry 1'])
      expect(await tolds(number)).toHaveLength(1)
      expect(log.list({ operation: 'conversations.history' }).length).toBeGreaterThan(0)
    })

    test('the one who lost the lease in the middle of a call keeps nothing, and the next one waits until the call is over', async () => {
      const { server, log } = await startSlack()
      const arrived = Promise.withResolvers<void>()
      const release = Promise.withResolvers<void>()
      const remove = server.faults.onBefore(POST, async () => {
        arrived.resolve()
        await release.promise
      })
      const number = await open('profile-created')
      const slow = start(aContext(server))
      await arrived.promise
      remove()
      await db().orm.execute(sql`update lease set expires_at = '-infinity'`)
      start(aContext(server))
      await until(async () => {
        const { rows } = await db().orm.execute<{ token: number }>(sql`select token from lease`)
        expect(rows[0]?.token).toBe(2)
      })
      release.resolve()
      await untilEmpty()
      await slow.stop()
      expect(rootsOf(server)).toHaveLength(1)
      expect(await tolds(number)).toHaveLength(1)
      expect(log.list({ operation: POST })).toHaveLength(1)
    })
  })

  describe('when there are two processes', () => {
    test('each message is told once, and none before its incident', async () => {
      const { server, log } = await startSlack()
      for (const turn of [3, 7, 12]) server.faults.onBefore(POST, flaky(server, turn))
      const causes = Array.from({ length: 6 }, (_, index) => `cause ${index}`)
      const first = start(aContext(server))
      start(aContext(server))
      const numbers = await Promise.all(causes.map((cause) => open(cause, 3)))
      await until(() => expect(rootsOf(server).length).toBeGreaterThan(2))
      await first.stop()
      await untilEmpty()
      expect(rootsOf(server)).toHaveLength(numbers.length)
      for (const root of rootsOf(server)) expect(storyOf(server, root)).toEqual(['entry 1', 'entry 2', 'entry 3'])
      for (const number of numbers) expect(await tolds(number)).toHaveLength(1)
      // A reply to nothing would stand in the channel itself; the store tells what was asked for as well.
      const replies = log
        .list({ operation: POST })
        .filter(({ request }) => JSON.stringify(request).includes('spillway_entry'))
      expect(replies.every(({ request }) => JSON.stringify(request).includes('"thread_ts":"'))).toBe(true)
    })
  })

  describe('when the store does not answer', () => {
    test('nothing is told twice and nothing is lost', async () => {
      const { server } = await startSlack()
      let isDown = false
      const withStore = <T>(work: (store: Db) => Promise<T>): Promise<T> =>
        isDown ? Promise.reject(new AppError('store_unavailable', 'the store is down')) : work(db())
      server.faults.onBefore(POST, () => {
        isDown = true
        setTimeout(() => (isDown = false), 200)
      })
      const number = await open('profile-created', 2)
      start(aContext(server, { withStore }))
      await untilEmpty()
      expect(rootsOf(server)).toHaveLength(1)
      expect(storyOf(server, rootsOf(server)[0])).toEqual(['entry 1', 'entry 2'])
      expect(await tolds(number)).toHaveLength(1)
    })
  })
})
