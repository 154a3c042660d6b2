import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { rollupChanges } from '#lib/domain/outcome-rollup.ts'
import { foldOutcome, type OutcomeState } from '#lib/domain/outcome-state.ts'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import { outcomeHistory, type OutcomeHistory } from '#lib/testing/outcome-histories.ts'
import { randomOf, type Random } from '#lib/testing/random.ts'
import type { OutcomeMessage, OutcomeParsing } from './outcome-message.ts'
import { parseOutcomeMessage } from './parse-outcome-message.ts'

const HISTORIES = 1_000
const ORDERS_EACH = 6

const parsing: OutcomeParsing = {
  sentMeans: 'delivered',
  onboardingTypes: ['PROGRAMME_CREATED', 'PROGRAMME_DAY_ONE'],
  observedAtMs: Date.UTC(2026, 10, 22),
}

function eventOf(message: OutcomeMessage, sentMeans: OutcomeHistory['sentMeans'] = 'delivered'): OutcomeEvent {
  const parsed = parseOutcomeMessage(message, { ...parsing, sentMeans })
  if (parsed.kind === 'unreadable') throw new Error(`${parsed.unreadable.reason} ${message.body}`)
  return parsed.event
}

interface Ended {
  readonly states: ReadonlyMap<string, OutcomeState>
  /** Counts by cell, those of nothing left out, in the order of the cells. */
  readonly counts: readonly (readonly [cell: string, count: number])[]
}

/** What is true after events that came in these batches: each batch moves the counts by its own changes, as in the store. */
function endOf(batches: readonly (readonly OutcomeEvent[])[]): Ended {
  const states = new Map<string, OutcomeState>()
  const counts = new Map<string, number>()
  for (const batch of batches) {
    const before = new Map(batch.map(({ notificationId: id }) => [id, states.get(id) ?? null]))
    for (const event of batch)
      states.set(event.notificationId, foldOutcome(states.get(event.notificationId) ?? null, event))
    const moves = [...before].map(([id, was]) => ({ before: was, after: states.get(id) ?? was }))
    for (const { cell, by } of rollupChanges(
      moves.flatMap(({ after, ...move }) => (after ? [{ ...move, after }] : [])),
    ))
      counts.set(JSON.stringify(cell), (counts.get(JSON.stringify(cell)) ?? 0) + by)
  }
  return { states, counts: [...counts].filter(([, count]) => count !== 0).toSorted() }
}

function recounted(states: Ended['states']): Ended['counts'] {
  const changes = rollupChanges([...states.values()].map((after) => ({ before: null, after })))
  return changes.map(({ cell, by }) => [JSON.stringify(cell), by] as const).toSorted()
}

/** All of them in another order, some twice or more, in batches of any size. */
function disturbed(events: readonly OutcomeEvent[], random: Random): OutcomeEvent[][] {
  const again = events.filter(() => random.chance(0.4))
  const rest = random.shuffle([...events, ...again, ...again.slice(0, 1)])
  const batches: OutcomeEvent[][] = []
  while (rest.length > 0) batches.push(rest.splice(0, random.between(1, 4)))
  return batches
}

function* permutations<T>(things: readonly T[]): Iterable<T[]> {
  if (things.length === 0) yield []
  for (const [at, thing] of things.entries())
    for (const rest of permutations([...things.slice(0, at), ...things.slice(at + 1)])) yield [thing, ...rest]
}

const samples = new Map<string, OutcomeMessage>(
  readFileSync(new URL('./fixtures/messages.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ case: name, message }) => [
      name,
      {
        messageId: message.MessageId,
        body: message.Body,
        sequence: message.Attributes.SequenceNumber ?? null,
        sentTimestampMs: Number(message.Attributes.SentTimestamp),
      },
    ]),
)

describe('the sample messages C8 to C13', () => {
  const events = ['C8', 'C9', 'C10', 'C11', 'C12', 'C13'].map((name) => {
    const message = samples.get(name)
    if (message === undefined) throw new Error(`no sample ${name}`)
    return eventOf(message)
  })

  test('end in the same states and counts in each of their 720 orders, with any of them twice', () => {
    const expected = endOf([events])
    const random = randomOf(8)
    let orders = 0
    for (const order of permutations(events)) {
      orders += 1
      const again = order.filter(() => random.chance(0.5))
      expect(endOf([order])).toStrictEqual(endOf([order, again]))
      const told = endOf([...order, ...again].map((event) => [event]))
      expect(told.counts).toStrictEqual(expected.counts)
      for (const [id, state] of expected.states) expect(told.states.get(id)).toStrictEqual(state)
    }
    expect(orders).toBe(720)
  })

  test('the person of C8 got their mail in the end, the others did not', () => {
    const { states } = endOf([events])
    expect(
      [...states].map(([id, { place, reason, firstFailedMs }]) => [
        id.slice(-2),
        place.status,
        reason,
        firstFailedMs !== null,
      ]),
    ).toEqual([
      ['60', 'delivered', 'none', true],
      ['61', 'failed', 'bounce_permanent', true],
      ['62', 'failed', 'bounce_transient', true],
      ['63', 'failed', 'complaint', true],
    ])
  })
})

describe(`${HISTORIES} histories of notifications`, () => {
  const histories = Array.from({ length: HISTORIES }, (_, seed) => outcomeHistory(seed))
  const told = histories.map((history) => history.messages.map((message) => eventOf(message, history.sentMeans)))

  test('hold every kind of message and of ending', () => {
    const messages = histories.flatMap((history) => history.messages)
    const count = (is: (message: OutcomeMessage) => boolean): number => messages.filter(is).length
    expect(count(({ sequence }) => sequence !== null)).toBeGreaterThan(500)
    expect(count(({ messageId }) => messageId.startsWith('import'))).toBeGreaterThan(300)
    for (const word of ['eventType', 'notificationType', 'lastRetry', 'Message'])
      expect([word, count(({ body }) => body.includes(`"${word}`)) > 100]).toEqual([word, true])
    expect(new Set(histories.map(({ truth }) => `${truth.status} ${truth.reason}`)).size).toBeGreaterThanOrEqual(10)
    expect(histories.filter(({ truth }) => truth.hasFailed && truth.reason === 'none').length).toBeGreaterThan(100)
  })

  test('end where they truly ended', () => {
    for (const [seed, { id, truth }] of histories.entries()) {
      const state = endOf([told[seed] ?? []]).states.get(id)
      expect({
        seed,
        status: state?.place.status,
        reason: state?.reason,
        hasFailed: state?.firstFailedMs !== null,
      }).toEqual({ seed, ...truth })
    }
  })

  test('end in the same state and counts in every order, with duplicates, in batches of any size', () => {
    for (const [seed, events] of told.entries()) {
      const expected = endOf([events])
      const random = randomOf(seed)
      for (let order = 0; order < ORDERS_EACH; order += 1)
        expect([seed, endOf(disturbed(events, random))]).toStrictEqual([seed, expected])
    }
  })

  test('end the same when they are told all together, and the counts equal a recount', () => {
    const expected = endOf([told.flat()])
    expect(expected.counts).toStrictEqual(recounted(expected.states))
    for (const seed of [1, 2, 3]) expect(endOf(disturbed(told.flat(), randomOf(seed)))).toStrictEqual(expected)
  })
})
