import { describe, expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import type { Delivery } from './define-notifier.ts'
import { slack } from './slack.ts'
import { CARD, CHANNEL, faultOf, root, thread, useSlack } from './fixtures/slack-workspace.ts'

const start = useSlack()

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
