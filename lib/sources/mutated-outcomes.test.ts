import { expect, test } from 'vitest'
import { OUTCOME_REASONS, OUTCOME_STATUSES } from '#lib/domain/outcome.ts'
import { foldOutcome } from '#lib/domain/outcome-state.ts'
import { mutatedOutcomes } from '#lib/testing/mutated-inputs.ts'
import type { OutcomeParsing } from './outcome-message.ts'
import { parseOutcomeMessage } from './parse-outcome-message.ts'

const INPUTS = 100_000
const SEED = 4
const parsing: OutcomeParsing = {
  sentMeans: 'delivered',
  onboardingTypes: ['PROGRAMME_CREATED'],
  observedAtMs: Date.UTC(2026, 10, 22),
}
const LATEST_MS = parsing.observedAtMs + 5 * 60_000

test(`each of ${INPUTS} mutated inputs is an event with sound figures or is kept whole with a reason`, () => {
  let events = 0
  let unreadable = 0
  for (const bytes of mutatedOutcomes(SEED, INPUTS)) {
    const body = bytes.toString('utf8')
    const parsed = parseOutcomeMessage({ messageId: 'm', body, sequence: null, sentTimestampMs: null }, parsing)
    if (parsed.kind === 'unreadable') {
      unreadable += 1
      if (parsed.unreadable.body !== body || parsed.unreadable.reason === '') expect(parsed).toBe('kept whole')
      continue
    }
    events += 1
    const { order, facts } = parsed.event
    const moments = [order.atMs, order.sentTimestampMs, facts?.sentAtMs, facts?.lastRetryMs]
    const isSound =
      OUTCOME_STATUSES.includes(parsed.event.status) &&
      OUTCOME_REASONS.includes(parsed.event.reason) &&
      order.atMs <= LATEST_MS &&
      moments.every((atMs) => atMs === null || atMs === undefined || (atMs > 0 && atMs < Date.UTC(10_000, 0))) &&
      foldOutcome(null, parsed.event).place.atMs === order.atMs &&
      !/\w@\w/.test(JSON.stringify(parsed.event))
    if (!isSound) expect({ body: body.slice(0, 2_000), event: parsed.event }).toBe('sound')
  }
  expect(events + unreadable).toBe(INPUTS)
  // The inputs are neither all sound nor all broken.
  expect(events).toBeGreaterThan(INPUTS / 5)
  expect(unreadable).toBeGreaterThan(INPUTS / 5)
})
