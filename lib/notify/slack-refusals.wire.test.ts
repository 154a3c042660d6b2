import { describe, expect, test } from 'vitest'
import { startUpstream, type Answer } from '#lib/sources/fixtures/start-upstream.ts'
import { slack } from './slack.ts'
import { CHANNEL, contextOf, faultOf, root, useSlack } from './fixtures/slack-workspace.ts'

const start = useSlack()

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
