import { describe, expect, test } from 'vitest'
import type { OutcomeReason, OutcomeStatus } from '#lib/domain/outcome.ts'
import type { DetectEvent } from './define-detector.ts'
import { emailFailedSpike } from './email-failed-spike.ts'
import { NO_SEGMENTS, type EmailSegments } from './segments.ts'
import { runDetectors, type SubjectState } from './run-detectors.ts'

interface Mail {
  readonly status: OutcomeStatus
  readonly reason?: OutcomeReason
  readonly before?: { readonly status: OutcomeStatus; readonly reason: OutcomeReason } | null
  readonly isOnboarding?: boolean
  readonly isBackfill?: boolean
  readonly segments?: Partial<EmailSegments>
}

let clockMs = Date.UTC(2024, 7, 13)

function mail({
  status,
  reason = 'none',
  before = null,
  isOnboarding = true,
  isBackfill = false,
  segments = {},
}: Mail): DetectEvent {
  clockMs += 60_000
  return {
    kind: 'outcome',
    atMs: clockMs,
    seenMs: clockMs,
    notificationId: `n${clockMs}`,
    status,
    reason,
    before: before === null ? null : { ...before, dueMs: null },
    dueMs: null,
    sentMs: null,
    isOnboarding,
    segments: { ...NO_SEGMENTS, ...segments },
    isBackfill,
  }
}

const good = (): DetectEvent => mail({ status: 'delivered' })
const failed = (reason: OutcomeReason = 'no_email_address'): DetectEvent => mail({ status: 'failed', reason })
const many = (count: number, make: () => DetectEvent): DetectEvent[] => Array.from({ length: count }, make)

/** Ten weeks of history in which one in `oneIn` has no address. */
function history(oneIn: number, count = 4000): DetectEvent[] {
  return Array.from({ length: count }, (_, index) =>
    index % oneIn === 0
      ? mail({ status: 'failed', reason: 'no_email_address', isBackfill: true })
      : mail({ status: 'delivered', isBackfill: true }),
  )
}

function run(events: readonly DetectEvent[], known: readonly SubjectState[] = []) {
  const { verdicts, states } = runDetectors([emailFailedSpike], events, known)
  return { states, verdicts: verdicts.filter(({ subject }) => subject.id === 'no_email_address') }
}

const titleAfter = (events: readonly DetectEvent[], known: readonly SubjectState[] = []): string | null =>
  run(events, known).verdicts.at(-1)?.finding?.title ?? null

describe('failing onboarding e-mails', () => {
  const learned = run(history(80)).states

  test('history alone opens nothing, whatever is in it', () => {
    expect(
      run([...history(80), ...many(50, () => mail({ status: 'failed', reason: 'no_email_address', isBackfill: true }))])
        .verdicts,
    ).toEqual([])
  })

  test('a spike at the end of history is said at the next live e-mail', () => {
    const states = run([
      ...history(80),
      ...many(6, () => mail({ status: 'failed', reason: 'no_email_address', isBackfill: true })),
    ]).states
    expect(titleAfter([failed()], states)).toMatch(/^The last 7 onboarding e-mails all failed/)
  })

  test.each([1, 2])('%i failures among many e-mails are no spike', (count) => {
    expect(titleAfter([...many(30, good), ...many(count, failed)], learned)).toBeNull()
  })

  test('one failure is never a spike, however rare failures were and however long nothing came', () => {
    const perfect = run([...many(20_000, () => mail({ status: 'delivered', isBackfill: true }))]).states
    clockMs += 5 * 86_400_000
    expect(titleAfter([failed()], perfect)).toBeNull()
  })

  test('a total failure is seen within five e-mails, also without any history', () => {
    expect(titleAfter(many(5, failed), learned)).toBe(
      'The last 5 onboarding e-mails all failed (usual is 1 in 80): no e-mail address',
    )
    expect(titleAfter(many(5, failed))).toBe(
      'The last 5 onboarding e-mails all failed (what is usual is not known yet): no e-mail address',
    )
  })

  test('a partial failure is said with its figures, from its first failure on', () => {
    const mixed = [failed(), failed(), good(), failed(), failed(), failed(), good(), failed(), failed()]
    const finding = run([...many(30, good), ...mixed], learned).verdicts.at(-1)?.finding
    expect(finding?.title).toBe('7 of the last 9 onboarding e-mails failed (usual is 1 in 80): no e-mail address')
    expect(finding?.sinceMs).toBe(mixed[0]?.atMs)
    expect(finding?.evidence).toMatchObject({ failed: 7, total: 9, reason: 'no_email_address' })
  })

  test('other reasons stay silent when one reason spikes', () => {
    const { verdicts } = runDetectors([emailFailedSpike], many(8, failed), learned)
    expect(verdicts.filter(({ finding }) => finding !== null).map(({ subject }) => subject.id)).toContain(
      'no_email_address',
    )
    expect(verdicts.filter(({ finding, subject }) => finding !== null && subject.id !== 'no_email_address')).toEqual([])
  })

  test('e-mails that are not onboarding are left out', () => {
    const others = many(20, () => mail({ status: 'failed', reason: 'no_email_address', isOnboarding: false }))
    expect(titleAfter(others, learned)).toBeNull()
  })

  test('the same failure told again counts once', () => {
    const before = { status: 'failed', reason: 'no_email_address' } as const
    const again = many(30, () => mail({ status: 'failed', reason: 'no_email_address', before }))
    expect(titleAfter([failed(), ...again], learned)).toBeNull()
  })

  test('an e-mail that was accepted and then bounced is one failed e-mail', () => {
    const before = { status: 'accepted', reason: 'none' } as const
    const storm = many(6, () => mail({ status: 'accepted' })).concat(
      many(6, () => mail({ status: 'failed', reason: 'bounce_permanent', before })),
    )
    const { verdicts } = runDetectors([emailFailedSpike], storm, learned)
    const bounce = verdicts.filter(({ subject }) => subject.id === 'bounce_permanent').at(-1)?.finding
    expect(bounce?.evidence).toMatchObject({ failed: 6, total: 6 })
  })

  test('re-sending old e-mails does not close it, a run of good new ones does', () => {
    const before = { status: 'failed', reason: 'no_email_address' } as const
    const open = run(many(8, failed), learned)
    const resent = run(
      many(40, () => mail({ status: 'delivered', before })),
      open.states,
    )
    expect(resent.verdicts.at(-1)?.finding?.evidence).toMatchObject({ failed: 8, total: 8 })
    expect(titleAfter(many(4, good), resent.states)).toMatch(/^8 of the last 12/)
    expect(titleAfter(many(12, good), resent.states)).toBeNull()
  })

  test('an incident does not become usual', () => {
    const month = many(3000, () => (Math.floor(clockMs / 60_000) % 2 === 0 ? failed() : good()))
    expect(titleAfter(month, learned)).toMatch(/usual is 1 in 80\)/)
  })
})
