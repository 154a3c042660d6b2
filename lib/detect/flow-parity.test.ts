import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DetectEvent } from './define-detector.ts'
import { flowParity } from './flow-parity.ts'
import { runDetectors, type SubjectState } from './run-detectors.ts'

const MINUTE = 60_000
const START = Date.UTC(2024, 7, 13, 9, 0)

type Figures = readonly [minute: number, sent: number, received: number, deleted: number, sentChanged?: number]

function flow([minute, sent, received, deleted, sentChanged = 0]: Figures, isBackfill = false): DetectEvent {
  return {
    kind: 'flow',
    atMs: START + minute * MINUTE,
    queue: 'profile-created-queue',
    label: 'profile-created',
    periodSeconds: 60,
    sent,
    received,
    deleted,
    sentChanged,
    isBackfill,
  }
}

function run(events: readonly DetectEvent[], known: readonly SubjectState[] = []) {
  return runDetectors([flowParity], events, known)
}

/** The finding that holds after the last event; null when none does. */
function held(events: readonly DetectEvent[]) {
  return run(events).verdicts.at(-1)?.finding ?? null
}

/** What the state counts, without the leak that is held. */
function figuresOf(events: readonly DetectEvent[]): unknown {
  return run(events).states.map(({ state }) => ({ ...(state as object), leakSinceMs: null }))
}

const LEAK: readonly Figures[] = [
  [0, 2, 2, 2],
  [1, 2, 3, 0],
  [2, 2, 7, 0],
  [3, 2, 12, 0],
]

describe('flow parity', () => {
  test.each<{ name: string; figures: readonly Figures[]; title: string | null }>([
    {
      name: 'says how many went in when nothing comes out',
      figures: LEAK,
      title: 'profile-created: 6 sent, 0 processed',
    },
    {
      name: 'is silent at four messages that were received nineteen times each',
      figures: [
        [1, 4, 36, 0],
        [2, 0, 40, 0],
      ],
      title: null,
    },
    {
      name: 'finds three messages that were received twenty times each',
      figures: [
        [1, 3, 20, 0],
        [2, 0, 40, 0],
      ],
      title: 'profile-created: 3 sent, 0 processed',
    },
    {
      name: 'is silent at two messages, however often they are received',
      figures: [
        [1, 2, 400, 0],
        [2, 0, 400, 0],
      ],
      title: null,
    },
    {
      name: 'is silent while messages were not received three times each',
      figures: [
        [1, 5, 14, 0],
        [2, 0, 0, 0],
      ],
      title: null,
    },
    {
      name: 'speaks at five sent and fifteen received',
      figures: [[1, 5, 15, 0]],
      title: 'profile-created: 5 sent, 0 processed',
    },
    {
      name: 'takes a queue that deletes slowly for well',
      figures: [
        [1, 5, 10, 0],
        [2, 5, 10, 1],
        [3, 4, 20, 0],
        [4, 4, 20, 1],
      ],
      title: null,
    },
    {
      name: 'does not blame new messages for old stuck ones before they had a period to be processed',
      figures: [
        [0, 1, 1, 1],
        [1, 0, 300, 0],
        [2, 5, 5, 0],
      ],
      title: null,
    },
    {
      name: 'counts what was sent before a quiet stretch',
      figures: [
        [0, 5, 5, 0],
        [200, 0, 10, 0],
      ],
      title: 'profile-created: 5 sent, 0 processed',
    },
    {
      name: 'keeps the leak through a burst of new messages',
      figures: [...LEAK, [4, 50, 50, 0]],
      title: 'profile-created: 56 sent, 0 processed',
    },
    {
      name: 'keeps the leak through silence',
      figures: [...LEAK, [5, 0, 0, 0]],
      title: 'profile-created: 6 sent, 0 processed',
    },
    { name: 'closes at a delete', figures: [...LEAK, [4, 0, 12, 1]], title: null },
    {
      name: 'is held while no more is deleted than Spillway changed and sent again, also minutes later',
      figures: [...LEAK, [4, 2, 12, 0, 5], [5, 0, 4, 3], [6, 1, 4, 2], [7, 1, 9, 0]],
      title: 'profile-created: 10 sent, 0 processed',
    },
    {
      name: 'closes at one delete more than that, while more is sent again',
      figures: [...LEAK, [4, 0, 12, 5, 5], [5, 0, 12, 4, 3]],
      title: null,
    },
    {
      name: 'closes at the next delete once what was sent again is used up',
      figures: [...LEAK, [4, 0, 12, 2, 5], [5, 0, 12, 3], [6, 0, 12, 1]],
      title: null,
    },
    {
      name: 'waits a quarter of an hour for what was sent again, and no longer',
      figures: [...LEAK, [4, 0, 12, 0, 5], [20, 0, 12, 1]],
      title: null,
    },
    {
      name: 'finds no leak where only changed messages are processed before it is one',
      figures: [
        [1, 2, 6, 0, 9],
        [2, 2, 9, 3],
        [3, 2, 9, 3],
      ],
      title: null,
    },
    { name: 'counts anew after a delete', figures: [...LEAK, [4, 9, 60, 1], [5, 1, 30, 0]], title: null },
  ])('$name', ({ figures, title }) => {
    expect(held(figures.map((each) => flow(each)))?.title ?? null).toBe(title)
  })

  test('begins at the minute of the first message that was not processed, with its figures', () => {
    const finding = held(LEAK.map((each) => flow(each)))
    expect(finding?.sinceMs).toBe(START + MINUTE)
    expect(finding?.evidence).toMatchObject({
      sent: 6,
      received: 22,
      deleted: 0,
      sinceMs: START + MINUTE,
      lastDeleteMs: START,
    })
  })

  test('says how much of what Spillway changed was processed and since when, over the half hour of corrections and beyond', () => {
    const resent: Figures[] = [
      [4, 0, 12, 0, 6],
      [5, 0, 4, 4],
      [6, 0, 4, 2],
    ]
    const later = Array.from({ length: 60 }, (_, index): Figures => [7 + index, 1, 4, 1, 1])
    const events = [...LEAK, ...resent, ...later].map((each) => flow(each))
    const finding = held(events)
    expect(finding).toMatchObject({ sinceMs: START + MINUTE, title: 'profile-created: 66 sent, 0 processed' })
    expect(finding?.evidence).toMatchObject({ changedProcessed: 66, changedProcessedMs: START + 5 * MINUTE })
    expect(run(events).verdicts.every((verdict, index) => index === 0 || verdict.finding !== null)).toBe(true)
    expect(held([...events, flow([67, 0, 4, 1])])).toBeNull()
  })

  test('a delete that comes late closes the leak only beyond what was changed and sent again with it', () => {
    const told = run([...LEAK, [90, 0, 10, 0] as Figures].map((each) => flow(each)))
    const ends = [4, 5].map((deleted) => {
      const late = run([flow([30, 0, 0, deleted, 4]), flow([91, 0, 10, 0])], told.states)
      return late.verdicts.at(-1)?.finding === null
    })
    expect(ends).toEqual([false, true])
  })

  test('a state from before changed messages were counted is read on', () => {
    const past = run(LEAK.map((each) => flow(each)))
    expect(JSON.stringify(past.states)).not.toContain('hanged')
    expect(run([flow([4, 0, 9, 2, 2])], past.states).verdicts.at(-1)?.finding).not.toBeNull()
  })

  test('a period that comes again counts once, with its newest figures', () => {
    const finding = held([...LEAK, [2, 3, 8, 0] as Figures].map((each) => flow(each)))
    expect(finding?.evidence).toMatchObject({ sent: 7, received: 23 })
  })

  test('a delete that a correction brings closes the leak', () => {
    expect(held([...LEAK, [3, 2, 12, 6] as Figures].map((each) => flow(each)))).toBeNull()
  })

  test('learns from history without a word and speaks at the next live period', () => {
    const past = run(LEAK.map((each) => flow(each, true)))
    expect(past.verdicts).toEqual([])
    const live = run([flow([4, 0, 12, 0])], past.states)
    expect(live.verdicts.map(({ finding }) => finding?.title)).toEqual(['profile-created: 6 sent, 0 processed'])
  })

  test('a delete found in history that comes late closes the leak at the next live period', () => {
    const late = run([...LEAK.map((each) => flow(each)), flow([90, 0, 10, 0]), flow([30, 0, 0, 4], true)])
    expect(late.verdicts.at(-1)?.finding).not.toBeNull()
    expect(run([flow([91, 0, 10, 0])], late.states).verdicts.at(-1)?.finding).toBeNull()
  })

  test('an hour that was told in minutes is not counted again as an hour', () => {
    const hour: DetectEvent = { ...flow([0, 6, 24, 0], true), periodSeconds: 3600 } as DetectEvent
    const events = [hour, flow([1, 2, 3, 0]), flow([60, 1, 12, 0])]
    expect(held(events)?.evidence).toMatchObject({ sent: 7, received: 36 })
  })

  test('keeps queues apart', () => {
    const other = LEAK.map((each) => ({ ...flow(each), queue: 'other', label: 'other' }))
    const both = run([...LEAK.slice(0, 3).map((each) => flow(each)), ...other])
    expect(both.verdicts.filter(({ finding }) => finding !== null).map(({ subject }) => subject.id)).toEqual(['other'])
  })

  const periods = fc.array(
    fc.tuple(fc.nat({ max: 25 }), fc.nat({ max: 6 }), fc.nat({ max: 20 }), fc.constantFrom(0, 0, 0, 0, 2)),
    { minLength: 1, maxLength: 20 },
  )

  test('any order and any repetition of the same periods end in the same figures, whatever was held in between', () => {
    fc.assert(
      fc.property(periods, fc.integer(), (tuples, seed) => {
        const unique = [...new Map(tuples.map((each) => [each[0], each])).values()]
        const inOrder = unique.toSorted((a, b) => a[0] - b[0]).map((each) => flow(each))
        const shuffled = unique
          .toSorted((a, b) => ((a[0] * 31 + seed) % 17) - ((b[0] * 31 + seed) % 17))
          .map((each) => flow(each))
        expect(figuresOf([...shuffled, ...shuffled])).toEqual(figuresOf(inOrder))
      }),
    )
  })

  test('never speaks of a queue whose last period had a delete', () => {
    fc.assert(
      fc.property(periods, (tuples) => {
        const events = tuples.map((each) => flow(each))
        expect(held([...events, flow([26, 3, 90, 1])])).toBeNull()
      }),
    )
  })

  test('the state stays small however long the queue is watched', () => {
    const day = Array.from({ length: 1440 }, (_, minute) => flow([minute, 1, 4, 0]))
    expect(JSON.stringify(run(day).states).length).toBeLessThan(4000)
  })
})
