import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { failingSinceMs, joinRuns, runOfEvent, type FailureRun } from './failure-run.ts'
import { OUTCOME_STATUSES, type OutcomeStatus } from './outcome.ts'

interface Event {
  readonly status: OutcomeStatus
  readonly atMs: number
}

const fold = (events: readonly Event[]): FailureRun =>
  events.map(({ status, atMs }) => runOfEvent(status, atMs)).reduce(joinRuns)

/** In plain words: the first failure behind the last success. */
function recount(events: readonly Event[]): number | null {
  const sorted = events.toSorted((a, b) => a.atMs - b.atMs)
  const healed = sorted.findLastIndex(({ status }) => status === 'accepted' || status === 'delivered')
  return sorted.slice(healed + 1).find(({ status }) => status === 'failed')?.atMs ?? null
}

const anyEvents = fc.uniqueArray(
  fc.record({ status: fc.constantFrom(...OUTCOME_STATUSES), atMs: fc.integer({ min: 1, max: 30 }) }),
  { minLength: 1, maxLength: 12, selector: ({ atMs }) => atMs },
)

test('a failure began with the first one since the e-mail went out last, in whatever order that is told', () => {
  let failing = 0
  fc.assert(
    fc.property(
      anyEvents.chain((events) =>
        fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
      ),
      ([events, shuffled]) => {
        const run = fold([...shuffled, ...events.slice(0, 3)])
        expect(run).toStrictEqual(fold(events))
        const newest = events.toSorted((a, b) => a.atMs - b.atMs).at(-1)
        if (newest?.status !== 'failed') return
        failing += 1
        const first = Math.min(...events.filter(({ status }) => status === 'failed').map(({ atMs }) => atMs))
        expect(failingSinceMs(run, first)).toBe(recount(events))
      },
    ),
    { numRuns: 2_000 },
  )
  expect(failing).toBeGreaterThan(100)
})

test('more failures than are kept end in the same state in every order', () => {
  const events = Array.from(
    { length: 40 },
    (_, at) => ({ status: at === 5 ? 'delivered' : 'failed', atMs: at }) as const,
  )
  expect(fold(events.toReversed())).toStrictEqual(fold(events))
  expect(fold(events).goodMs).toBe(5)
})
