import { expect, test } from 'vitest'
import type { Finding } from '#lib/domain/finding.ts'
import type { DetectEvent } from './define-detector.ts'
import { runDetectors } from './run-detectors.ts'
import { serviceErrors } from './service-errors.ts'

const START = Date.UTC(2026, 7, 13, 9, 0)
const at = (minute: number): number => START + minute * 60_000

function hour(minute: number, errors: number, usualErrors: number | null = 0): DetectEvent {
  return { kind: 'errors', atMs: at(minute), service: 'sync', errors, usualErrors, firstMs: at(minute - 5) }
}

function say(...events: DetectEvent[]): (Finding | null)[] {
  return runDetectors([serviceErrors], events, []).verdicts.map(({ finding }) => finding)
}

test('far more errors than usual are a finding from their first minute on, and it ends when an hour is usual again', () => {
  const [opened, closed] = say(hour(10, 4), hour(20, 24), hour(30, 60), hour(90, 3)).slice(-2)
  expect(opened).toMatchObject({
    subject: { kind: 'service', id: 'sync' },
    severity: 'bad',
    title: 'sync: 60 errors in the last hour, usually 0',
    sinceMs: at(15),
  })
  expect(closed).toBeNull()
})

test('a few errors, a usual number of them, and errors of which nobody knows what is usual wake nobody', () => {
  expect(say(hour(10, 9), hour(11, 30, 20), hour(12, 500, null)).filter((finding) => finding !== null)).toEqual([])
})

test('a count between usual and far too many neither opens nor closes', () => {
  expect(say(hour(10, 12, 2))).toEqual([null])
  const [, , last] = say(hour(10, 40, 2), hour(20, 12, 2), hour(30, 5, 2))
  expect(say(hour(10, 40, 2), hour(20, 12, 2)).at(-1)).toMatchObject({ sinceMs: at(5) })
  expect(last ?? null).toBeNull()
})
