import { describe, expect, test } from 'vitest'
import { defineDetector, type DetectEvent } from './define-detector.ts'
import { openFindingLog, type TimedFinding } from './fold-findings.ts'
import { runDetectors, type SubjectState } from './run-detectors.ts'

/** Finds every reading above zero; what it says comes back to what it said before, and its beginning moves both ways. */
const moody = defineDetector<null>({
  id: 'moody',
  title: 'Moody',
  rule: 'More than none.',
  subjectsOf: (event) => (event.kind === 'depth' ? [{ kind: 'queue', id: event.queue }] : []),
  initial: () => null,
  examine: (state, event, subject) => {
    if (event.kind !== 'depth') return { state, finding: 'unchanged' }
    if (event.visible === 0) return { state, finding: null }
    const finding = { detector: 'moody', subject, severity: 'bad', title: `${event.visible}`, evidence: {} } as const
    return { state, finding: { ...finding, sinceMs: event.inFlight } }
  },
})

const depth = (atMs: number, visible: number, sinceMs = 5): DetectEvent => ({
  kind: 'depth',
  atMs,
  queue: 'a',
  visible,
  inFlight: sinceMs,
  deadLetterOf: [],
})

/** What is found when the events are told in runs that end at these places. */
function foundIn(events: readonly DetectEvent[], ends: readonly number[]): readonly TimedFinding[] {
  const log = openFindingLog()
  let states: readonly SubjectState[] = []
  let from = 0
  for (const end of [...ends, events.length]) {
    const run = runDetectors([moody], events.slice(from, end), states)
    states = run.states
    log.take(run.verdicts)
    from = end
  }
  return log.list()
}

describe('findings folded from verdicts', () => {
  test('open, follow their figures, keep their earliest beginning and close', () => {
    const events = [
      depth(1, 0),
      depth(2, 3, 9),
      depth(3, 3, 8),
      depth(4, 3, 8),
      depth(5, 4, 9),
      depth(6, 0),
      depth(7, 1),
    ]
    const found = foundIn(events, [2, 3, 5]).map(({ title, sinceMs, openedMs, updatedMs, closedMs }) => ({
      title,
      sinceMs,
      times: [openedMs, updatedMs, closedMs],
    }))
    expect(found).toEqual([
      { title: '4', sinceMs: 8, times: [2, 5, 6] },
      { title: '1', sinceMs: 5, times: [7, 7, null] },
    ])
  })

  test('are the same however the events are split into runs', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const chance = (place: number): number => Math.abs(Math.sin(seed * 12.9898 + place * 78.233) * 43_758.5453) % 1
      const events = Array.from({ length: 14 }, (_, index) =>
        depth(index, Math.floor(chance(index) * 3), Math.floor(chance(index + 100) * 4)),
      )
      const single = foundIn(
        events,
        events.map((_, index) => index + 1),
      )
      const ends = events.map((_, index) => index + 1).filter((end) => chance(end + 200) < 0.3)
      expect(foundIn(events, ends)).toEqual(single)
      expect(foundIn(events, [])).toEqual(single)
    }
  })
})
