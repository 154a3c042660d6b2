import { describe, expect, test } from 'vitest'
import type { DetectEvent } from './define-detector.ts'
import { dlqNotEmpty } from './dlq-not-empty.ts'
import { runDetectors } from './run-detectors.ts'

function depth(atMs: number, visible: number, inFlight = 0, deadLetterOf: readonly string[] = ['orders']): DetectEvent {
  return { kind: 'depth', atMs, queue: 'orders-dlq', visible, inFlight, deadLetterOf }
}

const verdictsOf = (events: readonly DetectEvent[]) => runDetectors([dlqNotEmpty], events, []).verdicts

describe('dead letters', () => {
  test.each([
    { visible: 12, inFlight: 0, title: '12 dead letters wait in orders-dlq (from orders)' },
    { visible: 1, inFlight: 0, title: '1 dead letter waits in orders-dlq (from orders)' },
    { visible: 0, inFlight: 3, title: '3 dead letters wait in orders-dlq (from orders)' },
    { visible: 0, inFlight: 0, title: null },
  ])('$visible visible and $inFlight in flight: $title', ({ visible, inFlight, title }) => {
    expect(verdictsOf([depth(1, visible, inFlight)]).at(-1)?.finding?.title ?? null).toBe(title)
  })

  test('says nothing of a queue that is nobody’s dead-letter queue', () => {
    expect(verdictsOf([depth(1, 500, 3, [])]).at(-1)?.finding).toBeNull()
  })

  test('goes on holding dead letters whose source lost its redrive policy, until the queue is empty', () => {
    const verdicts = verdictsOf([depth(10, 4), depth(20, 4, 0, []), depth(30, 0, 0, []), depth(40, 5, 0, [])])
    expect(verdicts.map(({ atMs, finding }) => [atMs, finding?.title ?? null])).toEqual([
      [10, '4 dead letters wait in orders-dlq (from orders)'],
      [30, null],
    ])
  })

  test('names every queue whose dead letters land there', () => {
    expect(verdictsOf([depth(1, 2, 0, ['b', 'a'])]).at(-1)?.finding?.evidence['from']).toBe('a, b')
  })

  test('keeps the moment of the first reading, closes at zero and begins anew after it', () => {
    const verdicts = verdictsOf([depth(10, 1), depth(20, 5), depth(30, 0), depth(40, 2)])
    expect(verdicts.map(({ atMs, finding }) => [atMs, finding?.sinceMs ?? null])).toEqual([
      [10, 10],
      [20, 10],
      [30, null],
      [40, 40],
    ])
  })
})
