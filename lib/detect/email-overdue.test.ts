import { describe, expect, test } from 'vitest'
import type { DetectEvent } from './define-detector.ts'
import { emailOverdue } from './email-overdue.ts'
import { runDetectors } from './run-detectors.ts'
import { NO_SEGMENTS } from './segments.ts'

const HOUR = 3_600_000
const NINE = Date.UTC(2026, 5, 9, 9)

interface Mail {
  readonly id: string
  readonly atMs?: number
  readonly dueMs: number | null
  readonly wasDueMs?: number | null
  readonly isBackfill?: boolean
}

function mail({ id, atMs = NINE - 24 * HOUR, dueMs, wasDueMs = null, isBackfill = false }: Mail): DetectEvent {
  const before = wasDueMs === null ? null : ({ status: 'scheduled', reason: 'none', dueMs: wasDueMs } as const)
  const fate = {
    status: dueMs === null ? 'delivered' : 'scheduled',
    reason: 'none',
    before,
    dueMs,
    sentMs: null,
  } as const
  const about = { isOnboarding: true, segments: NO_SEGMENTS, isBackfill } as const
  return { kind: 'outcome', atMs, seenMs: atMs, notificationId: id, ...fate, ...about }
}

const planned = (count: number, given: Partial<Mail> = {}): DetectEvent[] =>
  Array.from({ length: count }, (_, index) => mail({ id: `n${index}`, dueMs: NINE, ...given }))

const titleAt = (atMs: number, events: readonly DetectEvent[]): string | null =>
  runDetectors([emailOverdue], [...events, { kind: 'tick', atMs }], []).verdicts.at(-1)?.finding?.title ?? null

describe('planned e-mails', () => {
  test('are overdue two hours after their hour, not before', () => {
    expect(titleAt(NINE + 3 * HOUR - 1, planned(12))).toBeNull()
    expect(titleAt(NINE + 3 * HOUR, planned(12))).toBe('12 planned onboarding e-mails are past their time and not sent')
  })

  test('are no longer when they are sent, or planned anew', () => {
    const sent = planned(10, { dueMs: null, wasDueMs: NINE })
    expect(titleAt(NINE + 5 * HOUR, [...planned(12), ...sent])).toBeNull()
    const moved = planned(12, { dueMs: NINE + 48 * HOUR, wasDueMs: NINE })
    expect(titleAt(NINE + 5 * HOUR, [...planned(12), ...moved])).toBeNull()
  })

  test('are not said when only two are, nor when history left them so', () => {
    expect(titleAt(NINE + 5 * HOUR, planned(2))).toBeNull()
    expect(titleAt(NINE + 5 * HOUR, planned(12, { isBackfill: true }))).toBeNull()
  })

  test('that history planned for later are said when their time has passed', () => {
    const events = planned(12, { isBackfill: true })
    expect(titleAt(NINE + 5 * HOUR, [...events, { kind: 'tick', atMs: NINE - HOUR }])).toMatch(/^12 planned/)
  })
})
