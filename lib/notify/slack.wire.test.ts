import { afterEach, describe, expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import type { IncidentCard, IncidentStory } from '#lib/domain/slack-message.ts'
import { startUpstream, type Answer } from '#lib/sources/fixtures/start-upstream.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSlackServer, type SlackServer } from '#world/slack/server.ts'
import type { Delivery, NotifyContext, NotifyError } from './define-notifier.ts'
import { slack } from './slack.ts'

const CHANNEL = 'C0INCIDENT'
const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of started.splice(0)) await stop()
})

interface Workspace {
  readonly server: SlackServer
  readonly log: RequestLog
  readonly context: NotifyContext
  /** Operations that were counted. */
  readonly counted: string[]
}

async function start(channel = '#incidents', token?: string): Promise<Workspace> {
  const log = new RequestLog()
  // The clock runs ahead with each call, so that the channel's limit is met by its own test only.
  let nowMs = Date.now()
  const server = await startSlackServer({ log, now: () => (nowMs += 1100) })
  started.push(server.stop)
  const counted: string[] = []
  return { server, log, counted, context: contextOf(`${server.url}/api`, token ?? server.token, channel, counted) }
}

function contextOf(apiUrl: string, token: string, channel: string, counted: string[] = []): NotifyContext {
  return {
    env: readEnv({ SLACK_BOT_TOKEN: token, SLACK_API_URL: apiUrl, SPILLWAY_URL: 'https://spillway.example' }).env,
    settings: settingsSchema.parse({ slack: { channel } }),
    signal: new AbortController().signal,
    countCall: (service, operation) => counted.push(`${service} ${operation}`),
  }
}

const CARD: IncidentCard = {
  kind: 'card',
  incident: 7,
  title: 'profile-created: 6 sent, 0 processed',
  state: 'open',
  severity: 'low',
  blindSinceMs: null,
  sinceMs: 1,
  openedMs: 2,
  acknowledged: null,
  resolved: null,
  healingMs: null,
  figures: {
    atMs: 3,
    headline: 'Everyone has their e-mail.',
    people: { without: 0, sinceIncident: 0, affected: 0 },
    queues: [],
    findings: [],
  },
}
const STORY: IncidentStory = {
  kind: 'story',
  incident: 7,
  atMs: 4,
  truth: null,
  actor: 'Rita',
  text: 'acknowledged',
  isBroadcast: false,
}

const root = (incident = 7): Delivery => ({
  kind: 'root',
  dedupeKey: `${incident}:root`,
  payload: { ...CARD, incident },
  rootId: null,
})
const thread = (rootId: string, key = '7:1', given: Partial<IncidentStory> = {}): Delivery => ({
  kind: 'thread',
  dedupeKey: key,
  payload: { ...STORY, ...given },
  rootId,
})

/** The fault that a call ended with, and what it says. */
async function faultOf(
  work: Promise<unknown>,
): Promise<Pick<NotifyError, 'fault' | 'message' | 'isForAll' | 'retryAfterMs'>> {
  const { fault, message, isForAll, retryAfterMs } = await work.then(
    () => expect.unreachable('it was told'),
    (error: NotifyError) => error,
  )
  return { fault, message, isForAll, retryAfterMs }
}

describe('telling an incident', () => {
  test('is one message with what it is found by, edited in place, and its story below it', async () => {
    const { server, context, counted } = await start()
    const { externalId } = await slack.deliver(root(), context)
    const update: Delivery = {
      kind: 'update',
      dedupeKey: '7:u',
      payload: { ...CARD, state: 'resolved' },
      rootId: externalId,
    }
    expect(await slack.deliver(update, context)).toMatchObject({ externalId })
    const reply = await slack.deliver(thread(externalId), context)
    const [message, ...others] = server.store.history(CHANNEL)
    expect(others).toEqual([])
    expect(message).toMatchObject({
      ts: externalId,
      text: expect.stringContaining('● Resolved'),
      metadata: { event_type: 'spillway_incident', event_payload: { incident: 'INC-7' } },
      edits: [{ text: expect.stringContaining('◆ Bad') }],
    })
    expect(server.store.thread(CHANNEL, externalId).map(({ ts }) => ts)).toEqual([externalId, reply.externalId])
    expect(counted).toEqual([
      'slack auth.test',
      'slack conversations.list',
      'slack chat.postMessage',
      'slack chat.update',
      'slack chat.postMessage',
    ])
  })

  test('needs no list of channels where the settings give the id', async () => {
    const { server, context, counted } = await start(CHANNEL)
    await slack.deliver(root(), context)
    expect(server.store.history(CHANNEL)).toHaveLength(1)
    expect(counted).not.toContain('slack conversations.list')
  })

  test('shows an entry in the channel too where it is broadcast', async () => {
    const { server, context } = await start()
    const { externalId } = await slack.deliver(root(), context)
    await slack.deliver(thread(externalId, '7:1', { isBroadcast: true, text: 'worse' }), context)
    expect(server.store.history(CHANNEL).map(({ text }) => text)[0]).toBe('INC-7: worse')
  })

  test('takes a reply away again whose parent is gone, since Slack puts it into the channel silently', async () => {
    const { server, context } = await start()
    const { externalId } = await slack.deliver(root(), context)
    server.store.remove(CHANNEL, externalId)
    expect((await faultOf(slack.deliver(thread(externalId), context))).fault).toBe('gone')
    expect(server.store.history(CHANNEL)).toEqual([])
    const update: Delivery = { kind: 'update', dedupeKey: '7:u', payload: CARD, rootId: externalId }
    expect((await faultOf(slack.deliver(update, context))).fault).toBe('gone')
  })
})

describe('looking for what may have been told', () => {
  test('finds the message of that incident alone, through pages of what others wrote', async () => {
    const { server, context } = await start()
    const sinceMs = Date.now()
    const { externalId } = await slack.deliver(root(), context)
    const other = await slack.deliver(root(8), context)
    for (let index = 0; index < 450; index += 1)
      server.store.post(
        {
          channel: CHANNEL,
          user: 'U1',
          text: `${index}`,
          blocks: [],
          threadTs: null,
          isBroadcast: false,
          metadata: null,
        },
        sinceMs + 60_000,
      )
    expect(await slack.find(root(), sinceMs, context)).toMatchObject({ externalId })
    expect(await slack.find(root(8), sinceMs, context)).toEqual(other)
    expect(await slack.find(root(9), sinceMs, context)).toBeNull()
  })

  test('finds an entry of the story by its own key', async () => {
    const { context } = await start()
    const { externalId } = await slack.deliver(root(), context)
    await slack.deliver(thread(externalId, '7:1'), context)
    const second = await slack.deliver(thread(externalId, '7:2'), context)
    expect(await slack.find(thread(externalId, '7:2'), Date.now(), context)).toEqual(second)
    expect(await slack.find(thread(externalId, '7:3'), Date.now(), context)).toBeNull()
  })

  test('does not believe another Spillway’s message in the same channel', async () => {
    const { server, context } = await start()
    await slack.deliver(root(), context)
    const env = { ...context.env, SPILLWAY_URL: 'https://staging.example' }
    expect(await slack.find(root(), Date.now(), { ...context, env })).toBeNull()
    expect(server.store.history(CHANNEL)).toHaveLength(1)
  })

  test('takes away what was put into the channel because its parent was gone', async () => {
    const { server, context } = await start()
    const { externalId } = await slack.deliver(root(), context)
    server.store.remove(CHANNEL, externalId)
    server.faults.add({ method: 'chat.postMessage', times: 1, action: { kind: 'drop-after-commit' } })
    await faultOf(slack.deliver(thread(externalId), context))
    expect(server.store.history(CHANNEL)).toHaveLength(1)
    expect((await faultOf(slack.find(thread(externalId), Date.now(), context))).fault).toBe('gone')
    expect(server.store.history(CHANNEL)).toEqual([])
  })
})

describe('what Slack does instead', () => {
  test('is unknown where it may have been carried out', async () => {
    const { server, context } = await start()
    for (const action of [{ kind: 'drop-after-commit' }, { kind: 'status-after-commit', status: 502 }] as const) {
      server.faults.add({ method: 'chat.postMessage', times: 1, action })
      expect((await faultOf(slack.deliver(root(), context))).fault).toBe('unknown')
    }
    expect(server.store.history(CHANNEL)).toHaveLength(2)
  })

  test('is put off for as long as Slack says', async () => {
    const { server, context } = await start()
    server.faults.add({ method: 'chat.postMessage', times: 1, action: { kind: 'rate-limit', retryAfterSeconds: 7 } })
    expect(await faultOf(slack.deliver(root(), context))).toMatchObject({
      fault: 'busy',
      retryAfterMs: 7000,
      isForAll: true,
    })
  })

  test.each([
    ['not_in_channel', 'invite the app'],
    ['token_revoked', 'SLACK_BOT_TOKEN'],
    ['is_archived', 'slack.channel'],
  ])('is a refusal of everything that says the way out: %s', async (error, way) => {
    const { server, context } = await start()
    server.faults.add({ method: 'chat.postMessage', action: { kind: 'refuse', error } })
    const told = await faultOf(slack.deliver(root(), context))
    expect(told).toMatchObject({ fault: 'refused', isForAll: true })
    expect(told.message).toContain(way)
  })

  test('is a refusal of this message alone where the message is at fault', async () => {
    const { server, context } = await start()
    server.faults.add({ method: 'chat.postMessage', action: { kind: 'refuse', error: 'invalid_blocks' } })
    expect(await faultOf(slack.deliver(root(), context))).toMatchObject({ fault: 'refused', isForAll: false })
  })

  test('names a token that is not valid, and a channel that is not there', async () => {
    const wrongToken = await start('#incidents', 'xoxb-wrong')
    expect((await faultOf(slack.deliver(root(), wrongToken.context))).message).toContain('SLACK_BOT_TOKEN')
    const wrongChannel = await start('#nowhere')
    expect(await faultOf(slack.deliver(root(), wrongChannel.context))).toMatchObject({
      fault: 'refused',
      isForAll: true,
      message: expect.stringContaining('no public channel nowhere'),
    })
    expect(wrongChannel.server.store.history(CHANNEL)).toEqual([])
  })

  test('asks for the channel anew once it was refused, since a person may have mended it', async () => {
    const { server, context, counted } = await start()
    server.faults.add({ method: 'chat.postMessage', times: 1, action: { kind: 'refuse', error: 'channel_not_found' } })
    await faultOf(slack.deliver(root(), context))
    await slack.deliver(root(), context)
    expect(counted.filter((call) => call === 'slack conversations.list')).toHaveLength(2)
  })

  test('never arrived where nothing listens', async () => {
    const { server, context } = await start()
    await server.stop()
    expect(await faultOf(slack.deliver(root(), context))).toMatchObject({ fault: 'unreachable', isForAll: true })
  })

  test('is unknown when the answer is not Slack’s, and no token goes along to another address', async () => {
    const answers: Answer[] = [
      { status: 200, body: '<html>sign in</html>' },
      { status: 200, body: JSON.stringify({ ok: true }) },
      { status: 302, body: '', headers: { location: 'https://elsewhere.example/' } },
    ]
    for (const answer of answers) {
      await using upstream = await startUpstream(() => answer)
      expect((await faultOf(slack.deliver(root(), contextOf(upstream.url, 'xoxb-1', CHANNEL)))).fault).toBe('unknown')
      expect(upstream.asked).toHaveLength(1)
    }
  })

  test('is unknown when Spillway ends in the middle', async () => {
    await using upstream = await startUpstream(() => 'hang')
    const ending = new AbortController()
    const context = { ...contextOf(upstream.url, 'xoxb-1', CHANNEL), signal: ending.signal }
    const told = faultOf(slack.deliver(root(), context))
    setTimeout(() => ending.abort(), 50)
    expect((await told).fault).toBe('unknown')
  })
})

test('says what is missing until it is connected', () => {
  const env = readEnv({}).env
  const settings = settingsSchema.parse({})
  expect(slack.missing(env, settings)).toContain('SLACK_BOT_TOKEN')
  const withToken = readEnv({ SLACK_BOT_TOKEN: 'xoxb-1' }).env
  expect(slack.missing(withToken, settings)).toContain('slack.channel')
  const connected = settingsSchema.parse({ slack: { channel: '#incidents' } })
  expect(slack.missing(withToken, connected)).toBeNull()
  expect(slack.place(connected)).toBe('#incidents in Slack')
})
