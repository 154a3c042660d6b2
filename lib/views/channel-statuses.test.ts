import { expect, test } from 'vitest'
import { channelStatus } from './channel-statuses.ts'

const SLACK = { id: 'slack', title: 'Slack' } as const
const NOW = 1_000_000
const NOTHING = { count: 0, oldestMs: null, error: null }
const MISSING = 'Set SLACK_BOT_TOKEN.'

test('a channel that is not connected says what waits for it and how to connect it', () => {
  const waiting = { count: 3, oldestMs: 1, error: null }
  expect(channelStatus(SLACK, MISSING, waiting, NOW)).toMatchObject({
    state: 'not-configured',
    message: 'Slack is not connected; 3 messages wait. Set SLACK_BOT_TOKEN.',
  })
  expect(channelStatus(SLACK, MISSING, NOTHING, NOW).message).toBe('Slack is not connected. Set SLACK_BOT_TOKEN.')
})

test('a channel that does not take messages says why, and since when they wait', () => {
  const refused = { count: 1, oldestMs: NOW - 5, error: 'Slack refused it: invite the app.' }
  expect(channelStatus(SLACK, null, refused, NOW)).toMatchObject({
    state: 'failing',
    sinceMs: NOW - 5,
    message: '1 message waits. Slack refused it: invite the app.',
  })
})

test('a message that waits for seconds is no failure, one that waits for minutes is', () => {
  const waiting = (ageMs: number) => channelStatus(SLACK, null, { count: 1, oldestMs: NOW - ageMs, error: null }, NOW)
  expect(waiting(2000)).toMatchObject({ state: 'ok', message: null, waiting: 1 })
  expect(waiting(120_000)).toMatchObject({ state: 'failing', message: expect.stringContaining('no process delivers') })
  expect(channelStatus(SLACK, null, NOTHING, NOW)).toMatchObject({ state: 'ok', waiting: 0 })
})
