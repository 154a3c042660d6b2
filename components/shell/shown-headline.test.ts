import { expect, test } from 'vitest'
import { shownHeadline } from './shown-headline.ts'

const reading = { nowMs: Date.UTC(2026, 10, 22, 15, 0), timeZone: 'Europe/London' }
const good = { truth: 'ok', text: 'Everyone has their onboarding e-mail.', short: 'all well' } as const

test('while the server answers, its sentence stands', () => {
  expect(shownHeadline(good, { isStale: false, staleSinceMs: null }, reading)).toEqual(good)
})

test('a lost server turns good into not known, with the moment', () => {
  const lost = shownHeadline(good, { isStale: true, staleSinceMs: Date.UTC(2026, 10, 22, 14, 21) }, reading)
  expect(lost.truth).toBe('unknown')
  expect(lost.text).toBe('This page cannot reach Spillway since 14:21; the last known state is shown.')
  expect(lost.short).toBe('not reached since 14:21')
})
