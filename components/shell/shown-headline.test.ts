import { expect, test } from 'vitest'
import type { ViewLoss } from '#lib/views/view-loss.ts'
import { lossMoment, shownHeadline } from './shown-headline.ts'

const good = { truth: 'ok', text: 'Everyone has their onboarding e-mail.', short: 'all well' } as const

function shown(loss: ViewLoss | null): ReturnType<typeof shownHeadline> {
  return shownHeadline(good, loss, lossMoment(loss, 'Europe/London', Date.UTC(2026, 10, 22, 15, 0)))
}

test('while the server answers, its sentence stands', () => {
  expect(shown(null)).toEqual(good)
})

test('a lost server turns good into not known, with the moment', () => {
  const lost = shown({ kind: 'lost', sinceMs: Date.UTC(2026, 10, 22, 14, 21) })
  expect(lost.truth).toBe('unknown')
  expect(lost.text).toBe('This page cannot reach Spillway since 14:21; the last known state is shown.')
  expect(lost.short).toBe('not reached since 14:21')
})

test('a server that answers slowly is not called lost: the sentence says of when its last answer is', () => {
  const slow = shown({ kind: 'slow', sinceMs: Date.UTC(2026, 10, 22, 14, 21, 7) })
  expect(slow.truth).toBe('unknown')
  expect(slow.text).toBe('Spillway answers slowly; its last answer, of 14:21:07, is shown.')
  expect(slow.short).toBe('answers slowly')
})

test.each([
  ['store', 'Spillway cannot read its store since 14:21; the last known state is shown.'],
  ['failed', 'Spillway has failed to refresh this page since 14:21; the last known state is shown.'],
  ['refused', 'Spillway does not show this to you any more since 14:21; sign in again, or ask an admin.'],
] as const)('a server that answers is not called lost: %s', (kind, text) => {
  const told = shown({ kind, sinceMs: Date.UTC(2026, 10, 22, 14, 21) })
  expect([told.truth, told.text]).toEqual(['unknown', text])
})
