import { describe, expect, test } from 'vitest'
import type { DetectEvent } from './define-detector.ts'
import { runDetectors } from './run-detectors.ts'
import { sourceSilent } from './source-silent.ts'

function told(
  atMs: number,
  failingSinceMs: number | null,
  everySeconds = 60,
  reason: string | null = 'denied',
): DetectEvent {
  return {
    kind: 'source',
    atMs,
    source: 'sentry',
    title: 'Sentry',
    isOk: failingSinceMs === null,
    failingSinceMs,
    reason: failingSinceMs === null ? null : reason,
    everySeconds,
  }
}

const verdictsOf = (events: readonly DetectEvent[]) => runDetectors([sourceSilent], events, []).verdicts

describe('a silent source', () => {
  test.each([
    { everySeconds: 60, silentMs: 119_999, isSaid: false },
    { everySeconds: 60, silentMs: 120_000, isSaid: true },
    { everySeconds: 0, silentMs: 9_999, isSaid: false },
    { everySeconds: 0, silentMs: 10_000, isSaid: true },
  ])('read every $everySeconds s, silent for $silentMs ms: said is $isSaid', ({ everySeconds, silentMs, isSaid }) => {
    expect(verdictsOf([told(1_000_000 + silentMs, 1_000_000, everySeconds)]).length > 0).toBe(isSaid)
  })

  test('is unknown and not bad, since the last reading', () => {
    const finding = verdictsOf([told(1_200_000, 1_000_000)]).at(-1)?.finding
    expect(finding).toMatchObject({
      severity: 'unknown',
      title: 'We cannot see Sentry: access was denied',
      sinceMs: 1_000_000,
    })
  })

  test('says so when nothing has read it at all', () => {
    expect(verdictsOf([told(1_200_000, 1_000_000, 60, null)]).at(-1)?.finding?.title).toBe(
      'We cannot see Sentry: it has not been read',
    )
  })

  test('a short failure that begins after a finding does not close it', () => {
    expect(verdictsOf([told(1_200_000, 1_000_000), told(1_210_000, 1_205_000)])).toHaveLength(1)
  })

  test('closes at the first answer', () => {
    expect(verdictsOf([told(1_200_000, 1_000_000), told(1_260_000, null)]).at(-1)?.finding).toBeNull()
  })
})
