import { sql } from 'drizzle-orm'
import { pino } from 'pino'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import type { IncidentCard } from '#lib/domain/slack-message.ts'
import { slack } from '#lib/notify/slack.ts'
import type { Db } from '#lib/store/db.ts'
import { listEntries } from '#lib/store/incident-entries.ts'
import { insertIncident, getIncident, updateIncident } from '#lib/store/incidents.ts'
import { listCalls } from '#lib/store/api-calls.ts'
import { enqueue, type OutboxKind } from '#lib/store/outbox.ts'
import { listWaiting, readBacklog } from '#lib/store/outbox-delivery.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { RequestLog } from '#world/request-log.ts'
import type { SlackMessage } from '#world/slack/message-store.ts'
import { startSlackServer, type SlackServer } from '#world/slack/server.ts'
import { createChangeLog } from './change-log.ts'
import { LATE_MS } from './choose-delivery.ts'
import type { CollectContext } from './collect-context.ts'
import { OUTBOX_PACE, runOutbox, type OutboxPace } from './outbox-loop.ts'

const CHANNEL = 'C0INCIDENT'
const POST = 'chat.postMessage'
const PACE: OutboxPace = {
  beatMs: 20,
  askAfterMs: 600,
  beginWithinMs: 400,
  endWithinMs: 5_000,
  settleMs: 30,
  refusedMs: 100,
  firstBackoffMs: 20,
  mostBackoffMs: 100,
}

const until = (check: () => Promise<void> | void): Promise<void> => vi.waitFor(check, { timeout: 25_000, interval: 20 })

function messageOf(incident: number, kind: OutboxKind, atMs: number, text: string) {
  const card: IncidentCard = {
    kind: 'card',
    incident,
    title: text,
    state: 'open',
    severity: 'low',
    blindSinceMs: null,
    sinceMs: atMs,
    openedMs: atMs,
    acknowledged: null,
    resolved: null,
    healingMs: null,
    figures: {
      atMs,
      headline: text,
      people: { without: 0, sinceIncident: 0, affected: 0 },
      queues: [],
      findings: [],
    },
  }
  const story = { kind: 'story', incident, atMs, truth: null, actor: 'Rita', text, isBroadcast: false } as const
  return {
    incident,
    channel: 'slack',
    kind,
    dedupeKey: `INC-${incident}:${kind}:${text}`,
    payload: kind === 'thread' ? story : card,
    atMs,
  } as const
}

const rootsOf = (server: SlackServer): SlackMessage[] => server.store.history(CHANNEL)
const storyOf = (server: SlackServer, root: SlackMessage | undefined): string[] =>
  server.store
    .thread(CHANNEL, root?.ts ?? '')
    .slice(1)
    .map(({ text }) => text)

/** Drops the answer of the call that comes as the `turn`th. */
function flaky(server: SlackServer, turn: number): () => void {
  let calls = 0
  return () => {
    calls += 1
    if (calls === turn - 1) server.faults.add({ method: POST, times: 1, action: { kind: 'drop-after-commit' } })
  }
}

describeStores('the outbox', ({ db }) => {
  const running: { stop(): Promise<void> }[] = []
  const servers: SlackServer[] = []

  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()))
    await Promise.all(servers.splice(0).map((each) => each.stop()))
  })

  async function startSlack() {
    const log = new RequestLog()
    // The clock runs ahead with each call, so that the channel's own limit is not met.
    let nowMs = Date.now()
    const server = await startSlackServer({ log, now: () => (nowMs += 1100) })
    servers.push(server)
    return { server, log }
  }

  function aContext(server: SlackServer, given: Partial<CollectContext> = {}) {
    const log = pino({ level: 'silent' })
    const context: CollectContext = {
      sources: [],
      detectors: [],
      notifiers: [slack],
      env: readEnv({ SLACK_BOT_TOKEN: server.token, SLACK_API_URL: `${server.url}/api` }).env,
      settings: settingsSchema.parse({ slack: { channel: '#incidents' } }),
      withStore: (work) => work(db()),
      publish: () => {},
      log,
      changes: createChangeLog(log),
      holder: `test ${Math.random()}`,
      nowMs: () => Date.now(),
      ...given,
    }
    return context
  }

  function start(context: CollectContext, pace = PACE): { stop(): Promise<void> } {
    const stopping = new AbortController()
    const ended = runOutbox(slack, context, stopping.signal, pace)
    const handle = {
      stop: async () => {
        stopping.abort()
        await ended
      },
    }
    running.push(handle)
    return handle
  }

  /** Opens an incident with its root message and as many entries of a story. */
  async function open(cause: string, entries = 0, atMs = Date.now()): Promise<number> {
    return db().transaction(async (tx) => {
      const opened = await insertIncident(tx, {
        causeKey: cause,
        service: null,
        title: `${cause}: 6 sent, 0 processed`,
        severity: 'low',
        isBlind: false,
        sinceMs: atMs - 60_000,
        openedMs: atMs,
        peopleAffected: 0,
      })
      if (opened === null) throw new Error(`${cause} is open already`)
      const { number } = opened
      await enqueue(tx, messageOf(number, 'root', atMs, 'opened'))
      for (let index = 1; index <= entries; index += 1)
        await enqueue(tx, messageOf(number, 'thread', atMs, `entry ${index}`))
      return number
    })
  }

  const say = (incident: number, kind: OutboxKind, text: string) =>
    db().transaction((tx) => enqueue(tx, messageOf(incident, kind, Date.now(), text)))
  const backlog = () => readBacklog(db().orm, 'slack')
  const untilEmpty = () => until(async () => expect((await backlog()).count).toBe(0))
  const states = async (): Promise<Record<string, string>> => {
    const { rows } = await db().orm.execute<{ key: string; state: string }>(
      sql`select dedupe_key as key, state from outbox order by id`,
    )
    return Object.fromEntries(rows.map(({ key, state }) => [key, state]))
  }
  const tolds = async (incident: number) =>
    (await listEntries(db().orm, incident)).filter(({ kind }) => kind === 'told')

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
