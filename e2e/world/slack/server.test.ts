import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'

import { RequestLog } from '#world/request-log.ts'

import { renderMrkdwn } from './mrkdwn.ts'
import { startSlackServer } from './server.ts'
import type { SlackServer } from './server.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

let nowMs = 1_763_461_200_000
async function start(): Promise<SlackServer> {
  const server = await startSlackServer({ log: new RequestLog(), now: () => nowMs })
  stops.push(server.stop)
  return server
}

const answerSchema = z.looseObject({
  ok: z.boolean(),
  error: z.string().optional(),
  ts: z.string().optional(),
  messages: z.array(z.looseObject({ ts: z.string(), text: z.string() })).optional(),
})

async function call(server: SlackServer, method: string, body: object, token = server.token) {
  const response = await fetch(`${server.url}/api/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  })
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    ...answerSchema.parse(await response.json()),
  }
}

describe('the Web API', () => {
  test('posts, edits in place, threads, and keeps the metadata for whoever asks before repeating', async () => {
    const server = await start()
    const metadata = { event_type: 'incident', event_payload: { id: 'INC-42' } }
    const root = await call(server, 'chat.postMessage', {
      channel: '#monitoring',
      text: 'profile-created: 6 sent, 0 processed',
      metadata,
    })
    const reply = await call(server, 'chat.postMessage', {
      channel: 'monitoring',
      text: 'acknowledged',
      thread_ts: root.ts,
      reply_broadcast: false,
    })
    await call(server, 'chat.update', { channel: 'C0MONITOR1', ts: root.ts, text: 'profile-created: resolved' })
    const history = await call(server, 'conversations.history', { channel: 'C0MONITOR1', include_all_metadata: true })
    expect(history.messages).toMatchObject([{ ts: root.ts, text: 'profile-created: resolved', metadata, edited: {} }])
    const replies = await call(server, 'conversations.replies', { channel: 'C0MONITOR1', ts: root.ts })
    expect(replies.messages?.map(({ ts, text }) => [ts, text])).toEqual([
      [root.ts, 'profile-created: resolved'],
      [reply.ts, 'acknowledged'],
    ])
  })

  test('shows a reply in the channel too when it is broadcast', async () => {
    const server = await start()
    const root = await call(server, 'chat.postMessage', { channel: 'monitoring', text: 'open' })
    await call(server, 'chat.postMessage', {
      channel: 'monitoring',
      text: 'worse',
      thread_ts: root.ts,
      reply_broadcast: true,
    })
    const history = await call(server, 'conversations.history', { channel: 'C0MONITOR1' })
    expect(history.messages?.map(({ text }) => text)).toEqual(['worse', 'open'])
  })

  test('makes a reply to a message that is gone a message of its own, without saying so', async () => {
    const server = await start()
    const orphan = await call(server, 'chat.postMessage', {
      channel: 'monitoring',
      text: 'late',
      thread_ts: '1.000001',
    })
    expect(orphan.ok).toBe(true)
    expect(server.store.get('C0MONITOR1', orphan.ts ?? '')?.threadTs).toBeNull()
  })

  test('refuses in Slack’s words', async () => {
    const server = await start()
    const errors = [
      await call(server, 'auth.test', {}, 'xoxb-wrong'),
      await call(server, 'chat.postMessage', { channel: 'nowhere', text: 'x' }),
      await call(server, 'chat.postMessage', { channel: 'monitoring' }),
      await call(server, 'chat.update', { channel: 'C0MONITOR1', ts: '1.000001', text: 'x' }),
      await call(server, 'chat.fly', {}),
    ]
    expect(errors.map(({ error, ok, status }) => [status, ok, error])).toEqual([
      [200, false, 'invalid_auth'],
      [200, false, 'channel_not_found'],
      [200, false, 'no_text'],
      [200, false, 'message_not_found'],
      [200, false, 'unknown_method'],
    ])
    expect((await call(server, 'auth.test', {})).ok).toBe(true)
  })

  test('answers 429 with Retry-After when a channel gets too many messages, and takes them again afterwards', async () => {
    const server = await start()
    const post = () => call(server, 'chat.postMessage', { channel: 'monitoring', text: 'again' })
    for (let index = 0; index < 5; index += 1) expect((await post()).ok).toBe(true)
    expect(await post()).toMatchObject({ status: 429, error: 'ratelimited', retryAfter: '5' })
    nowMs += 5000
    expect((await post()).ok).toBe(true)
  })

  test('knows a channel by its name for posting alone', async () => {
    const server = await start()
    const methods = ['conversations.history', 'conversations.replies', 'chat.update', 'chat.delete', 'reactions.add']
    const body = { channel: 'monitoring', ts: '1.000001', timestamp: '1.000001', text: 'x', name: 'eyes' }
    for (const method of methods)
      expect(await call(server, method, body)).toMatchObject({ ok: false, error: 'channel_not_found' })
  })

  test('deletes a message, once', async () => {
    const server = await start()
    const { ts = '' } = await call(server, 'chat.postMessage', { channel: 'monitoring', text: 'x' })
    const deletion = { channel: 'C0MONITOR1', ts }
    expect((await call(server, 'chat.delete', deletion)).ok).toBe(true)
    expect(server.store.get('C0MONITOR1', ts)).toBeUndefined()
    expect(await call(server, 'chat.delete', deletion)).toMatchObject({ ok: false, error: 'message_not_found' })
  })

  test('takes form posts with JSON in a field, as some clients send them', async () => {
    const server = await start()
    const response = await fetch(`${server.url}/api/chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}` },
      body: new URLSearchParams({ channel: 'monitoring', text: 'x', blocks: JSON.stringify([{ type: 'divider' }]) }),
    })
    expect(await response.json()).toMatchObject({ ok: true, message: { blocks: [{ type: 'divider' }] } })
  })
})

const post = (server: SlackServer) => call(server, 'chat.postMessage', { channel: 'monitoring', text: 'x' })

describe('a fault', () => {
  test('cuts the connection before or after the message is kept, and goes when it has struck often enough', async () => {
    const server = await start()
    server.faults.add({ method: 'chat.postMessage', times: 1, action: { kind: 'drop-before' } })
    await expect(post(server)).rejects.toThrow('fetch failed')
    expect(server.store.history('C0MONITOR1')).toHaveLength(0)
    server.faults.add({ method: 'chat.postMessage', times: 1, action: { kind: 'drop-after-commit' } })
    await expect(post(server)).rejects.toThrow('fetch failed')
    expect(server.store.history('C0MONITOR1')).toHaveLength(1)
    expect((await post(server)).ok).toBe(true)
  })

  test('refuses, puts off or answers with another status, until it is removed', async () => {
    const server = await start()
    const faults = [
      { kind: 'refuse', error: 'not_in_channel' },
      { kind: 'rate-limit', retryAfterSeconds: 3 },
      { kind: 'status-after-commit', status: 502 },
    ] as const
    const answers = []
    for (const action of faults) {
      const remove = server.faults.add({ method: 'chat.postMessage', action })
      answers.push(await post(server))
      remove()
    }
    expect(answers).toMatchObject([
      { status: 200, ok: false, error: 'not_in_channel' },
      { status: 429, retryAfter: '3' },
      { status: 502, ok: true },
    ])
    expect(server.store.history('C0MONITOR1')).toHaveLength(1)
    expect((await call(server, 'auth.test', {})).ok).toBe(true)
  })

  test('lets a test see a call before it is carried out and after it was answered', async () => {
    const server = await start()
    const seen: [string, number][] = []
    const kept = (): number => server.store.history('C0MONITOR1').length
    server.faults.onBefore('chat.postMessage', () => void seen.push(['before', kept()]))
    const after = Promise.withResolvers<void>()
    server.faults.onAfter('chat.postMessage', ({ status }) => {
      seen.push([`after ${status}`, kept()])
      after.resolve()
    })
    await post(server)
    await after.promise
    expect(seen).toEqual([
      ['before', 0],
      ['after 200', 1],
    ])
  })
})

describe('the channel’s page', () => {
  test('shows blocks, edits and the thread, and nothing of a message as markup', async () => {
    const server = await start()
    const root = await call(server, 'chat.postMessage', {
      channel: 'monitoring',
      text: 'fallback',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'INC-42 <b>leak</b>' } },
        {
          type: 'section',
          text: { type: 'mrkdwn', text: '*6 sent*, `0` processed' },
          fields: [{ type: 'mrkdwn', text: '*Since*\n14:21' }],
        },
        { type: 'context', elements: [{ type: 'mrkdwn', text: 'by Spillway' }] },
        {
          type: 'actions',
          elements: [
            {
              type: 'button',
              text: { type: 'plain_text', text: 'Acknowledge' },
              url: 'http://127.0.0.1/i/INC-42',
              style: 'primary',
            },
          ],
        },
        { type: 'hologram' },
      ],
    })
    await call(server, 'chat.postMessage', { channel: 'monitoring', text: 'first reply', thread_ts: root.ts })
    await call(server, 'chat.update', { channel: 'C0MONITOR1', ts: root.ts, text: 'fallback, edited' })
    const html = await (await fetch(`${server.url}/?channel=monitoring`)).text()
    expect(html).toContain('<h3>INC-42 &lt;b&gt;leak&lt;/b&gt;</h3>')
    expect(html).toContain('<strong>6 sent</strong>, <code>0</code> processed')
    expect(html).toContain('<a class="button primary" href="http://127.0.0.1/i/INC-42">Acknowledge</a>')
    expect(html).toContain('A block that this page cannot show')
    expect(html).toContain('1 reply')
    expect(html).toContain('edited once')
  })
})

test('mrkdwn becomes HTML, and what is not markup stays text', () => {
  expect(renderMrkdwn('a *bold* _it_ ~no~ `x<y` <https://e.example/?a=1&amp;b=2|here> &lt;script&gt;')).toBe(
    'a <strong>bold</strong> <em>it</em> <s>no</s> <code>x&lt;y</code> <a href="https://e.example/?a=1&amp;b=2" rel="noreferrer">here</a> &lt;script&gt;',
  )
  expect(renderMrkdwn('2 * 3 * 4 and snake_case_name')).toBe('2 * 3 * 4 and snake_case_name')
  expect(renderMrkdwn('<!date^1763461200^{time}|14:21 UTC>')).toContain('>14:21 UTC</time>')
  expect(renderMrkdwn('&gt; quoted')).toBe('<blockquote>quoted</blockquote>')
})
