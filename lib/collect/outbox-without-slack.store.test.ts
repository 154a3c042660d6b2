import { describe, expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { getIncident, updateIncident } from '#lib/store/incidents.ts'
import { listWaiting } from '#lib/store/outbox-delivery.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { LATE_MS } from './choose-delivery.ts'
import { until } from './fixtures/collecting.ts'
import { POST, CHANNEL, rootsOf, storyOf, useOutbox } from './fixtures/use-outbox.ts'

describeStores('the outbox without Slack', ({ db }) => {
  const { startSlack, aContext, start, open, say, backlog, untilEmpty, states, tolds } = useOutbox(db)

  describe('when Slack does not take it', () => {
    test('what is put off is told once the time that Slack named is over', async () => {
      const { server, log } = await startSlack()
      server.faults.add({ method: POST, times: 1, action: { kind: 'rate-limit', retryAfterSeconds: 1 } })
      await open('profile-created')
      start(aContext(server))
      await untilEmpty()
      const posts = log.list({ operation: POST })
      expect(posts.map(({ status }) => status)).toEqual([429, 200])
      expect((posts[1]?.at ?? 0) - (posts[0]?.at ?? 0)).toBeGreaterThanOrEqual(1000)
      expect(log.list({ operation: 'conversations.history' })).toEqual([])
    })

    test('waits while Slack is down, says so, and tells all of it in order when it is up again', async () => {
      const { server } = await startSlack()
      server.setUp(false)
      const numbers = [await open('a', 1), await open('b', 1)]
      start(aContext(server))
      await until(async () => expect((await backlog()).error).toContain('Slack met an error of its own'))
      expect(await backlog()).toMatchObject({ count: 4 })
      server.setUp(true)
      await untilEmpty()
      expect(rootsOf(server)).toHaveLength(2)
      for (const root of rootsOf(server)) expect(storyOf(server, root)).toEqual(['entry 1'])
      for (const number of numbers) expect(await tolds(number)).toHaveLength(1)
    })

    test('what never arrived is told without asking', async () => {
      const { server, log } = await startSlack()
      const closed = (await startSlack()).server
      await closed.stop()
      const nowhere = aContext(closed)
      await open('profile-created')
      const first = start(nowhere)
      await until(async () => expect((await backlog()).error).toContain('could not reach'))
      await first.stop()
      start(aContext(server))
      await untilEmpty()
      expect(rootsOf(server)).toHaveLength(1)
      expect(log.list({ operation: 'conversations.history' })).toEqual([])
    })

    test('what a person must mend is kept with the way out, and told when it is mended', async () => {
      const { server } = await startSlack()
      const mend = server.faults.add({ method: POST, action: { kind: 'refuse', error: 'not_in_channel' } })
      const number = await open('profile-created', 1)
      start(aContext(server))
      await until(async () => expect((await backlog()).error).toContain('invite the app'))
      expect(await states()).toMatchObject({ [`INC-${number}:root:opened`]: 'failed' })
      mend()
      await untilEmpty()
      expect(rootsOf(server)).toHaveLength(1)
      expect(storyOf(server, rootsOf(server)[0])).toEqual(['entry 1'])
    })

    test('an entry that is refused for itself does not hold up the others', async () => {
      const { server } = await startSlack()
      const number = await open('profile-created')
      start(aContext(server))
      await untilEmpty()
      server.faults.add({ method: POST, times: 1, action: { kind: 'refuse', error: 'msg_too_long' } })
      await say(number, 'thread', 'entry 1')
      await say(number, 'thread', 'entry 2')
      await untilEmpty()
      expect(storyOf(server, rootsOf(server)[0]).toSorted()).toEqual(['entry 1', 'entry 2'])
    })

    test('nothing more is told of an incident whose message was deleted', async () => {
      const { server } = await startSlack()
      const number = await open('profile-created')
      start(aContext(server))
      await untilEmpty()
      server.store.remove(CHANNEL, rootsOf(server)[0]?.ts ?? '')
      await say(number, 'thread', 'entry 1')
      await say(number, 'thread', 'entry 2')
      await say(number, 'update', 'worse')
      await untilEmpty()
      expect(rootsOf(server)).toEqual([])
      expect(Object.values(await states())).toEqual(['sent', 'skipped', 'skipped', 'skipped'])
      expect(await listWaiting(db().orm, 'slack')).toEqual([])
    })
  })

  describe('when Slack is not connected', () => {
    test('messages wait', async () => {
      const { server, log } = await startSlack()
      await open('profile-created', 2)
      const withoutToken = aContext(server, { env: readEnv({ SLACK_API_URL: `${server.url}/api` }).env })
      await start(withoutToken).stop()
      expect(await backlog()).toMatchObject({ count: 3, error: null })
      expect(log.list()).toEqual([])
      start(aContext(server))
      await untilEmpty()
      expect(rootsOf(server)).toHaveLength(1)
    })

    test('what waited for a day is told once an open incident, as it stands, and not at all when it is over', async () => {
      const { server } = await startSlack()
      const longAgoMs = Date.now() - LATE_MS - 60_000
      const stillOpen = await open('still open', 2, longAgoMs)
      const over = await open('over', 2, longAgoMs)
      await say(stillOpen, 'update', 'how it stands')
      await db().transaction(async (tx) => {
        const incident = await getIncident(tx, over)
        await updateIncident(
          tx,
          incident,
          { state: 'resolved', resolvedMs: Date.now(), resolvedBy: 'spillway' },
          Date.now(),
        )
      })
      start(aContext(server))
      await untilEmpty()
      expect(rootsOf(server)).toMatchObject([{ text: expect.stringContaining('how it stands'), edits: [] }])
      expect(storyOf(server, rootsOf(server)[0])).toEqual([])
      expect(await tolds(stillOpen)).toHaveLength(1)
      expect(await tolds(over)).toEqual([])
    })
  })
})
