import { describe, expect, test } from 'vitest'
import { defineDetector, type DetectEvent } from './define-detector.ts'
import { detectors } from './index.ts'
import { runDetectors, subjectsOfEvents } from './run-detectors.ts'

/** Finds that a queue holds more than ten messages, and on a tick that it was read too long ago. */
const deep = defineDetector<{ readonly lastMs: number }>({
  id: 'deep',
  title: 'Deep',
  rule: 'More than ten.',
  isTimed: true,
  subjectsOf: (event) => (event.kind === 'depth' ? [{ kind: 'queue', id: event.queue }] : []),
  initial: () => ({ lastMs: 0 }),
  examine: (state, event, subject) => {
    const finding = (title: string) =>
      ({ detector: 'deep', subject, severity: 'bad', title, sinceMs: state.lastMs, evidence: {} }) as const
    if (event.kind === 'tick')
      return { state, finding: event.atMs - state.lastMs > 100 ? finding('stale') : ('unchanged' as const) }
    if (event.kind !== 'depth') return { state, finding: 'unchanged' }
    return { state: { lastMs: event.atMs }, finding: event.visible > 10 ? finding(`${event.visible}`) : null }
  },
})

const depth = (atMs: number, visible: number, queue = 'a'): DetectEvent => ({
  kind: 'depth',
  atMs,
  queue,
  visible,
  inFlight: 0,
  deadLetterOf: [],
})

describe('a run of detectors', () => {
  test('keeps each opening and closing, and of updates the last', () => {
    const events = [20, 21, 22, 5, 4, 30, 3].map((visible, index) => depth(index, visible))
    expect(
      runDetectors([deep], events, []).verdicts.map(({ atMs, finding }) => [atMs, finding?.title ?? null]),
    ).toEqual([
      [0, '20'],
      [2, '22'],
      [3, null],
      [5, '30'],
      [6, null],
    ])
  })

  test('a run in two parts ends as one run does', () => {
    const events = Array.from({ length: 40 }, (_, index) => depth(index, (index * 7) % 23, index % 2 ? 'a' : 'b'))
    const first = runDetectors([deep], events.slice(0, 17), [])
    expect(runDetectors([deep], events.slice(17), first.states).states).toEqual(runDetectors([deep], events, []).states)
  })

  test('ticks go to every subject that a timed detector knows, and to no other', () => {
    const { states } = runDetectors([deep, ...detectors], [depth(0, 1, 'a'), depth(50, 1, 'b')], [])
    const { verdicts } = runDetectors([deep, ...detectors], [{ kind: 'tick', atMs: 120 }], states)
    expect(verdicts.map(({ detector, subject }) => [detector, subject.id])).toEqual([['deep', 'a']])
  })

  test('names the subjects whose states it needs, each once', () => {
    expect(subjectsOfEvents(deep, [depth(0, 1), depth(1, 1), depth(2, 1, 'b'), { kind: 'tick', atMs: 3 }])).toEqual([
      { kind: 'queue', id: 'a' },
      { kind: 'queue', id: 'b' },
    ])
  })
})

describe('every detector', () => {
  test.each(detectors.map((detector) => [detector.id, detector] as const))(
    '%s starts from plain JSON and says what it does',
    (id, detector) => {
      const state = detector.initial()
      expect(JSON.parse(JSON.stringify(state))).toEqual(state)
      expect(detector.rule).toMatch(/^[A-Z].*\.$/)
      expect(detector.title).not.toBe('')
      expect(id).toMatch(/^[a-z-]+$/)
    },
  )

  test('ids are unique', () => {
    expect(new Set(detectors.map(({ id }) => id)).size).toBe(detectors.length)
  })
})
