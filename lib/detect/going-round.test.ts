import { describe, expect, test } from 'vitest'
import type { DetectEvent } from './define-detector.ts'
import { flowParity } from './flow-parity.ts'
import { goingRound } from './going-round.ts'
import { runDetectors, type SubjectState } from './run-detectors.ts'

const MINUTE = 60_000
const START = Date.UTC(2024, 7, 13, 9, 0)
const QUEUE = 'profile-created'

const flow = (
  minute: number,
  received: number,
  deleted: number,
  given: { sent?: number; isBackfill?: boolean } = {},
): DetectEvent => ({
  kind: 'flow',
  atMs: START + minute * MINUTE,
  queue: QUEUE,
  label: 'profiles',
  periodSeconds: 60,
  sent: given.sent ?? deleted,
  received,
  deleted,
  sentChanged: 0,
  isBackfill: given.isBackfill ?? false,
})
const depth = (minute: number, held: number, queue = QUEUE, deadLetterOf: readonly string[] = []): DetectEvent => ({
  kind: 'depth',
  atMs: START + minute * MINUTE,
  queue,
  visible: held,
  inFlight: 0,
  deadLetterOf,
})
const minutes = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index)
/** Minutes in which `processed` go through while `poison` messages go round twice a minute. */
const leak = (count: number, poison: number, processed: number, from = 0): DetectEvent[] =>
  minutes(count, from).flatMap((minute) => [flow(minute, processed + 2 * poison, processed), depth(minute + 1, poison)])
const verdicts = (events: readonly DetectEvent[], known: readonly SubjectState[] = []) =>
  runDetectors([goingRound], events, known).verdicts.filter(({ subject }) => subject.id === QUEUE)
const held = (events: readonly DetectEvent[]) => verdicts(events).at(-1)?.finding ?? null

describe('messages that go round', () => {
  test('are said after an hour although others are processed, which parity cannot see', () => {
    const events = leak(70, 12, 20)
    expect(held(events)).toMatchObject({
      severity: 'bad',
      title: 'profiles: some messages go round',
      evidence: { received: 60 * 44, deleted: 60 * 20, held: 12 },
    })
    expect(runDetectors([flowParity], events, []).verdicts.at(-1)?.finding ?? null).toBeNull()
  })

  test('are not said before an hour of it', () => {
    expect(held(leak(55, 12, 20))).toBeNull()
  })

  test('are the same however the events are split', () => {
    const events = leak(80, 12, 20)
    const first = runDetectors([goingRound], events.slice(0, 71), [])
    const stored: readonly SubjectState[] = JSON.parse(JSON.stringify(first.states))
    expect(verdicts(events.slice(71), stored).at(-1)?.finding).toEqual(held(events))
  })

  test.each<{ name: string; events: readonly DetectEvent[] }>([
    {
      name: 'a reader that tries a third of them twice',
      events: minutes(90).flatMap((minute) => [flow(minute, 27, 20), depth(minute, 3)]),
    },
    {
      name: 'a slow reader that takes many at once and deletes them half an hour later',
      events: minutes(120).flatMap((minute) => [
        flow(minute, minute % 40 < 5 ? 60 : 0, minute % 40 >= 30 ? 30 : 1),
        depth(minute, 200),
      ]),
    },
    {
      name: 'a backlog that grows while everything is taken once',
      events: minutes(90).flatMap((minute) => [flow(minute, 40, 20), depth(minute, 20 * minute)]),
    },
    {
      name: 'a burst of retries that is over after ten minutes',
      events: minutes(90).flatMap((minute) => [
        flow(minute, minute >= 30 && minute < 40 ? 200 : 20, 20),
        depth(minute, 5),
      ]),
    },
    {
      name: 'nothing processed at all, which parity says',
      events: minutes(90).flatMap((minute) => [flow(minute, 50, 0, { sent: 5 }), depth(minute, 20)]),
    },
    {
      name: 'a queue whose messages end as dead letters',
      events: minutes(90).flatMap((minute) => [
        depth(minute, minute, 'profiles-dlq', [QUEUE]),
        flow(minute, 40, 20),
        depth(minute, 5),
      ]),
    },
    {
      name: 'history by the hour',
      events: minutes(6).map((hour) => ({ ...flow(hour * 60, 900, 300), periodSeconds: 3_600 })),
    },
    { name: 'a queue whose depth was never read', events: minutes(90).map((minute) => flow(minute, 60, 20)) },
  ])('are not seen in $name', ({ events }) => {
    expect(verdicts(events).filter(({ finding }) => finding !== null)).toEqual([])
  })

  test('an hour with a hole in what CloudWatch told is no hour of it', () => {
    const events = [...leak(40, 12, 20), ...leak(40, 12, 20, 60)]
    expect(held(events)).toBeNull()
    expect(held([...events, ...leak(25, 12, 20, 100)])).not.toBeNull()
  })

  test('are over when the queue is read empty, and when twenty minutes show none', () => {
    const said = leak(70, 12, 20)
    expect(held([...said, depth(71, 0)])).toBeNull()
    const calm = minutes(21, 70).map((minute) => flow(minute, 20, 20))
    expect(held([...said, ...calm.slice(0, 8)])).not.toBeNull()
    expect(held([...said, ...calm])).toBeNull()
  })

  test('a period that CloudWatch corrects counts once', () => {
    const once = leak(70, 12, 20)
    expect(held([...once.slice(0, -2), ...leak(1, 12, 20, 69), ...leak(1, 12, 20, 69)])?.evidence).toEqual(
      held(once)?.evidence,
    )
  })

  test('history is learned from and never alerted about', () => {
    const past = leak(70, 12, 20).map((event) => (event.kind === 'flow' ? { ...event, isBackfill: true } : event))
    expect(verdicts(past).filter(({ finding }) => finding !== null)).toEqual([])
    expect(held([...past, flow(70, 44, 20)])).not.toBeNull()
  })

  test('the depth of a quiet queue changes nothing that would have to be stored', () => {
    const [before] = runDetectors([goingRound], [depth(0, 0)], []).states
    const [after] = runDetectors([goingRound], [depth(1, 4)], []).states
    expect(after?.state).toEqual(before?.state)
  })
})
