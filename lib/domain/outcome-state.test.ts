import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anOutcomeEvent, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { OUTCOME_REASONS, OUTCOME_STATUSES, type OutcomeEvent } from './outcome.ts'
import { foldOutcome, isCounted, type OutcomeState } from './outcome-state.ts'

function foldAll(events: readonly OutcomeEvent[]): OutcomeState {
  const [first, ...rest] = events
  if (first === undefined) throw new Error('no events')
  return rest.reduce<OutcomeState>(foldOutcome, foldOutcome(null, first))
}

/** Few distinct values, so that ties at every step of the order are common. */
const anyEvent = fc
  .record({
    atMs: fc.integer({ min: 0, max: 2 }),
    sequence: fc.option(fc.constantFrom('9', '10', '018', '18889754600000000000', '18889754600000000107')),
    sentTimestampMs: fc.option(fc.integer({ min: 0, max: 1 })),
    status: fc.constantFrom(...OUTCOME_STATUSES),
    eventKey: fc.constantFrom('a', 'b', 'c'),
    reason: fc.constantFrom(...OUTCOME_REASONS),
    rawDetail: fc.option(fc.constantFrom('x', 'y')),
    facts: fc.option(fc.record({ personRef: fc.option(fc.constantFrom('1', '2')), isTest: fc.boolean() })),
    observedAtMs: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ atMs, sequence, sentTimestampMs, ...rest }) =>
    anOutcomeEvent({ ...rest, order: { atMs, sequence, sentTimestampMs } }),
  )

describe('foldOutcome', () => {
  it('ends in the same state for every order and repetition of the same events', () => {
    const shuffled = fc.array(anyEvent, { minLength: 1, maxLength: 8 }).chain((events) =>
      fc.tuple(
        fc.constant(events),
        fc
          .tuple(fc.shuffledSubarray(events, { minLength: events.length }), fc.array(fc.constantFrom(...events)))
          .map(([all, again]) => [...all, ...again]),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([events, others]) => {
        expect(foldAll(others)).toStrictEqual(foldAll(events))
      }),
      { numRuns: 2_000 },
    )
  })

  it('is indifferent to how the events are grouped into batches', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 2, maxLength: 8 }), fc.nat(), (events, cut) => {
        const at = 1 + (cut % (events.length - 1))
        const state = events.slice(at).reduce<OutcomeState>(foldOutcome, foldAll(events.slice(0, at)))
        expect(state).toStrictEqual(foldAll(events))
      }),
    )
  })

  it('returns the very same state for an event that is known already', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 8 }), (events) => {
        const state = foldAll(events)
        for (const event of events) expect(foldOutcome(state, event)).toBe(state)
      }),
    )
  })

  it('takes the event with the latest moment, whichever came last', () => {
    const failed = anOutcomeEvent({ status: 'failed', atMs: INCIDENT_DAY_MS })
    const resent = anOutcomeEvent({ status: 'delivered', atMs: INCIDENT_DAY_MS + 1 })
    expect(foldAll([resent, failed])).toMatchObject({ place: { status: 'delivered' }, reason: 'none' })
    expect(foldAll([resent, failed]).firstFailedMs).toBe(INCIDENT_DAY_MS)
  })

  it.each([
    ['the sequence number, as a number', { sequence: '9' }, { sequence: '10' }],
    ['the sequence number, leading zeros aside', { sequence: '0009' }, { sequence: '10' }],
    ['a sequence number above none', { sequence: null }, { sequence: '1' }],
    ['the sent timestamp', { sentTimestampMs: 1 }, { sentTimestampMs: 2 }],
    ['the sequence number before the sent timestamp', { sequence: '1', sentTimestampMs: 9 }, { sequence: '2' }],
  ])('breaks a tie of moments by %s', (_, lower, higher) => {
    const first = anOutcomeEvent({ status: 'failed', order: lower })
    const second = anOutcomeEvent({ status: 'accepted', order: higher })
    expect(foldAll([second, first]).place.status).toBe('accepted')
    expect(foldAll([first, second]).place.status).toBe('accepted')
  })

  it('breaks a tie of all moments by the rank of the status, a deletion last', () => {
    const events = OUTCOME_STATUSES.map((status) => anOutcomeEvent({ status }))
    expect(foldAll(events.toReversed()).place.status).toBe('deleted')
  })

  it('keeps facts that a later event does not tell', () => {
    const told = anOutcomeEvent({ status: 'accepted', facts: { personRef: '7' } })
    const bounce = anOutcomeEvent({ status: 'failed', atMs: INCIDENT_DAY_MS + 5, facts: null })
    const state = foldAll([bounce, told])
    expect(state.place.status).toBe('failed')
    expect(state.told?.facts.personRef).toBe('7')
  })

  it('takes the facts of the newest event that tells any', () => {
    const older = anOutcomeEvent({ status: 'failed', facts: { contactDomain: null } })
    const newer = anOutcomeEvent({
      status: 'accepted',
      atMs: INCIDENT_DAY_MS + 1,
      facts: { contactDomain: 'example.org' },
    })
    expect(foldAll([newer, older]).told?.facts.contactDomain).toBe('example.org')
  })
})

describe('isCounted', () => {
  it.each([
    ['an e-mail', anOutcomeEvent(), true],
    ['a notification whose facts are not told yet', anOutcomeEvent({ facts: null }), true],
    ['an in-app message', anOutcomeEvent({ facts: { isEmail: false } }), false],
    ['a test user', anOutcomeEvent({ facts: { isTest: true } }), false],
    ['a deleted notification', anOutcomeEvent({ status: 'deleted', facts: null }), false],
  ])('says of %s: %o', (_, event, expected) => {
    expect(isCounted(foldAll([event]))).toBe(expected)
  })
})
