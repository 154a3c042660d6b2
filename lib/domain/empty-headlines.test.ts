import { expect, test } from 'vitest'
import { backtestHeadline } from './backtest-headline.ts'
import { quarantineHeadline } from './quarantine-headline.ts'

const CLOCK = { nowMs: Date.UTC(2026, 10, 22), timeZone: 'Europe/London' }
const SILENT = { value: 5, firings: [], found: 0, needless: 0 }

test('a quarantine in which nothing waits is good only where something was read', () => {
  const empty = { clock: CLOCK, total: 0, oldestMs: null, sources: [] }
  expect(quarantineHeadline({ ...empty, hasRead: true })).toMatchObject({
    truth: 'ok',
    text: 'Every message was understood.',
  })
  expect(quarantineHeadline({ ...empty, hasRead: false })).toMatchObject({
    truth: 'unknown',
    text: 'No message has come yet.',
  })
})

test('a rule that stayed silent over nothing says nothing', () => {
  const facts = { days: 30, recorded: 0, present: SILENT, tried: null }
  expect(backtestHeadline({ ...facts, told: 12 })).toMatchObject({ truth: 'ok' })
  expect(backtestHeadline({ ...facts, told: 0 })).toMatchObject({
    truth: 'unknown',
    text: 'Nothing is stored of the last 30 days that this rule looks at, so it cannot be tried on them.',
  })
})
