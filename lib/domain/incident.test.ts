import { expect, test } from 'vitest'
import { causeOf, concernsPeople, serviceOf } from './incident-cause.ts'
import { closingVerdict, type ClosingEvidence, type OutcomeEvidence } from './incident-evidence.ts'
import { durationsOf, storyOf, summaryOf } from './incident-story.ts'
import { incidentHeadline, peopleWords } from './incident-words.ts'
import {
  INCIDENT_STATES,
  incidentName,
  incidentNumber,
  incidentTruth,
  nextState,
  severityOf,
  type Incident,
} from './incident.ts'
import { incidentLine } from './incident-line.ts'
import { incidentsHeadline } from './incidents-headline.ts'
import { storyMessageOf } from './incident-card.ts'

const BEGAN = Date.UTC(2024, 10, 7, 14, 21)
const MINUTE = 60_000
const clock = { nowMs: BEGAN + 30 * MINUTE, timeZone: 'Europe/London' }

function anIncident(given: Partial<Incident> = {}): Incident {
  return {
    number: 7,
    causeKey: 'flow',
    service: 'sync',
    title: 'profile-created: 38 sent, 0 processed',
    state: 'open',
    severity: 'critical',
    isBlind: false,
    sinceMs: BEGAN,
    openedMs: BEGAN + 4 * MINUTE,
    acknowledgedMs: null,
    acknowledgedBy: null,
    resolvedMs: null,
    resolvedBy: null,
    healingMs: null,
    waitingFor: null,
    peopleAffected: 64,
    updatedMs: BEGAN + 4 * MINUTE,
    version: 3,
    ...given,
  }
}

const label = 'onboarding e-mail'
const arn = (name: string): string => `arn:aws:sqs:eu-west-2:000000000000:${name}`
const flow = [{ queue: 'profile-created', service: 'sync' }, { queue: 'contact-details' }]
const queues = [
  { name: 'profile-created', dlqArn: null },
  { name: 'contact-details', dlqArn: arn('shared-dlq') },
  { name: 'zebra', dlqArn: arn('shared-dlq') },
  { name: 'other', dlqArn: arn('other-dlq') },
  { name: 'loop', dlqArn: arn('loop') },
]

const cause = (kind: 'queue' | 'emails' | 'source', id: string, stages = flow) => causeOf({ kind, id }, stages, queues)

const words = (sinceIncident: number, affected: number, more = {}) =>
  peopleWords({ label, people: { without: null, sinceIncident, affected, ...more } })

test('all signs of the flow have one cause, also a dead-letter queue that it shares with others', () => {
  const causes = [
    { kind: 'queue', id: 'profile-created' },
    { kind: 'queue', id: 'shared-dlq' },
    { kind: 'emails', id: 'no_email_address' },
  ] as const
  expect(causes.map((subject) => causeOf(subject, flow, queues))).toEqual(['flow', 'flow', 'flow'])
})

test('a queue outside of the flow is one with its dead-letter queue, and a source is a cause of its own', () => {
  expect(cause('queue', 'other')).toBe('queue:other')
  expect(cause('queue', 'other-dlq')).toBe('queue:other')
  expect(cause('queue', 'loop')).toBe('queue:loop')
  expect(cause('queue', 'never seen')).toBe('queue:never seen')
  expect(cause('source', 'sqs')).toBe('source:sqs')
  expect(cause('emails', 'complaint', [])).toBe('emails')
  expect(['flow', 'emails', 'queue:other', 'source:sqs'].map(concernsPeople)).toEqual([true, true, false, false])
})

test('the service is the one that reads the queue, or whose dead letters are found', () => {
  expect(serviceOf({ kind: 'queue', id: 'profile-created' }, flow, queues)).toBe('sync')
  expect(serviceOf({ kind: 'queue', id: 'contact-details' }, flow, queues)).toBeNull()
  expect(serviceOf({ kind: 'emails', id: 'other' }, flow, queues)).toBeNull()
})

test('severity follows the people known to be affected', () => {
  expect([0, 1, 24, 25].map(severityOf)).toEqual(['low', 'high', 'high', 'critical'])
})

test('names are read back, and nothing else is', () => {
  expect(incidentName(7)).toBe('INC-7')
  expect(['INC-7', 'inc-7', 'INC-07', 'INC-', '7', 'INC-7x', 'INC-9999999999'].map(incidentNumber)).toEqual([
    7,
    7,
    null,
    null,
    null,
    null,
    null,
  ])
})

test('no state but open can be acknowledged, and only what is resolved can be reopened', () => {
  expect(INCIDENT_STATES.map((state) => nextState(state, 'acknowledge'))).toEqual(['acknowledged', null, null])
  expect(INCIDENT_STATES.map((state) => nextState(state, 'resolve'))).toEqual(['resolved', 'resolved', null])
  expect(INCIDENT_STATES.map((state) => nextState(state, 'reopen'))).toEqual([null, null, 'open'])
})

test('an incident is never good while it is open, whatever heals', () => {
  expect(incidentTruth(anIncident())).toBe('bad')
  expect(incidentTruth(anIncident({ state: 'acknowledged', healingMs: BEGAN }))).toBe('healing')
  expect(incidentTruth(anIncident({ isBlind: true, healingMs: BEGAN }))).toBe('unknown')
  expect(incidentTruth(anIncident({ isBlind: true, state: 'resolved' }))).toBe('ok')
})

test('the sentence names the incident, what is seen since when, and who is without', () => {
  const people = { without: 70, sinceIncident: 64, affected: 64, excused: 0 }
  expect(incidentHeadline(anIncident(), { label, people, clock })).toBe(
    'INC-7 · profile-created: 38 sent, 0 processed since 14:21 · 64 people without their onboarding e-mail',
  )
  const later = { label, people, clock, titleSinceMs: BEGAN + 2 * MINUTE }
  expect(incidentHeadline(anIncident(), later), 'the leak began after the first failed e-mail').toContain('since 14:23')
  const over = { ...later, titleEndMs: BEGAN + 9 * MINUTE }
  expect(incidentHeadline(anIncident(), over), 'the leak is over, the incident is not').toContain(
    '38 sent, 0 processed from 14:23 to 14:30 ·',
  )
  const ended = anIncident({ state: 'resolved', resolvedBy: 'spillway', resolvedMs: BEGAN + 72 * MINUTE })
  const healed = { without: 2, sinceIncident: 0, affected: 64, excused: 2 }
  expect(incidentHeadline(ended, { label, people: healed, clock })).toBe(
    'INC-7 · profile-created: 38 sent, 0 processed, resolved after 1 h 12 min · 62 of 64 people now have their onboarding e-mail, and 2 people without, with no e-mail address in the source',
  )
})

test('people are said as far as they are known', () => {
  expect(words(0, 0)).toBeNull()
  expect(words(1, 1)).toBe('1 person without their onboarding e-mail')
  expect(words(3, 64)).toBe('3 of 64 people still without their onboarding e-mail')
  expect(words(0, 64)).toBe('all 64 people have their onboarding e-mail')
  expect(words(0, 1)).toBe('the one person affected has their onboarding e-mail')
  expect(words(0, 2, { excused: 2 })).toBe('2 people without, with no e-mail address in the source')
  expect(words(0, 3, { excused: 3, bounced: 1 })).toBe(
    '3 people without, 2 with no e-mail address in the source and 1 whose e-mail bounced',
  )
  expect(words(0, 1, { excused: 1, bounced: 1 })).toBe('1 person without, whose e-mail bounced')
  expect(words(0, 0, { countable: 12 })).toBe('about 12 profiles that we can count but not name')
})

const followed: OutcomeEvidence = {
  label,
  affected: 64,
  pending: 0,
  remaining: 0,
  excused: 0,
  bounced: 0,
  waiting: 0,
  hasGoodOutcome: true,
}
const shown: ClosingEvidence = {
  openFindings: 0,
  isBlind: false,
  queues: [{ label: 'profile-created', processed: 38 }],
  outcomes: followed,
}
const missing = (given: Partial<ClosingEvidence>): string | null => {
  const verdict = closingVerdict({ ...shown, ...given })
  return verdict.isOver ? null : verdict.missing
}

test('an incident ends on messages processed and on e-mails that followed, and says so', () => {
  expect(closingVerdict(shown)).toEqual({
    isOver: true,
    proof: 'profile-created: 38 processed; all 64 people affected have their onboarding e-mail',
  })
  expect(closingVerdict({ ...shown, outcomes: { ...followed, excused: 3 } })).toMatchObject({
    proof:
      'profile-created: 38 processed; 61 of 64 people affected have their onboarding e-mail; 3 people have no e-mail address in the source',
  })
  expect(closingVerdict({ ...shown, outcomes: { ...followed, excused: 3, bounced: 2 } })).toMatchObject({
    proof: expect.stringContaining(
      '; 1 person has no e-mail address in the source; of 2 people the e-mail went out and bounced',
    ),
  })
})

test('each part of the evidence is needed', () => {
  expect(missing({ openFindings: 1 })).toBe('1 finding still holds')
  expect(missing({ queues: [{ label: 'q', processed: 0 }] })).toBe('no message of q is known to be processed since')
  expect(missing({ queues: [{ label: 'q', processed: null }] })).toBe('no message of q is known to be processed since')
  expect(missing({ outcomes: { ...followed, remaining: 2 } })).toBe(
    '2 people are still without their onboarding e-mail',
  )
  expect(missing({ outcomes: { ...followed, waiting: 1 } })).toBe(
    'of 1 profile created meanwhile no onboarding e-mail is known yet',
  )
  expect(missing({ outcomes: { ...followed, affected: 0, hasGoodOutcome: false } })).toBe(
    'no onboarding e-mail is known to have gone out since',
  )
  expect(missing({ queues: [], outcomes: null })).toBe('nothing shows that it is over')
})

test('a source that answers ends what was blind; a queue that feeds no e-mails ends without them', () => {
  expect(missing({ isBlind: true, queues: [], outcomes: null })).toBeNull()
  expect(missing({ outcomes: null })).toBeNull()
  expect(missing({ isBlind: true, openFindings: 1 })).toBe('1 finding still holds')
})

test('the story tells how long it took to notice, to acknowledge and to heal', () => {
  const incident = anIncident({ state: 'resolved', resolvedMs: BEGAN + 72 * MINUTE, acknowledgedMs: null })
  const entries = [{ kind: 'acknowledged', atMs: BEGAN + 6 * MINUTE }] as const
  const durations = durationsOf(incident, entries, clock.nowMs)
  expect(durations).toEqual({
    toDetectMs: 4 * MINUTE,
    toAcknowledgeMs: 2 * MINUTE,
    toHealMs: 72 * MINUTE,
    lastedMs: 72 * MINUTE,
  })
  expect(summaryOf(durations, 64)).toBe(
    'Noticed after 4 min, acknowledged 2 min later, over after 1 h 12 min; 64 people affected.',
  )
  const open = durationsOf(anIncident({ openedMs: BEGAN - 1 }), [], clock.nowMs)
  expect(open).toMatchObject({ toDetectMs: 0, toAcknowledgeMs: null, toHealMs: null, lastedMs: 30 * MINUTE })
  expect(summaryOf(open, 0)).toBe(
    'Noticed after 0 s, acknowledged by nobody, lasting for 30 min; nobody known to be affected.',
  )
})

test('the story is in the order of what happened, whenever it was told', () => {
  const entry = { actor: 'spillway', text: '', data: {} } as const
  const lines = storyOf(anIncident(), [
    { ...entry, id: 1, kind: 'detected', atMs: BEGAN + 4 * MINUTE },
    { ...entry, id: 2, kind: 'mark', atMs: BEGAN - 2 * MINUTE },
    { ...entry, id: 3, kind: 'mark', atMs: BEGAN },
  ])
  expect(lines.map(({ id, when }) => [id, when])).toEqual([
    [2, '2 min before it began'],
    [3, 'when it began'],
    [1, '4 min after it began'],
  ])
})

test('what gets worse, the end and a new beginning are told in the channel too', () => {
  const entry = { atMs: BEGAN, actor: 'spillway', text: 'x', data: {} } as const
  const told = (kind: 'note' | 'people' | 'resolved' | 'reopened', data = {}) => {
    const { truth, isBroadcast } = storyMessageOf(7, { ...entry, kind, data })
    return [truth, isBroadcast]
  }
  expect(told('note')).toEqual([null, false])
  expect(told('people')).toEqual(['healing', false])
  expect(told('people', { isWorse: true })).toEqual(['bad', true])
  expect(told('resolved')).toEqual(['ok', true])
  expect(told('reopened')).toEqual(['bad', true])
  expect(told('reopened', { isBlind: true })).toEqual(['unknown', false])
  expect(told('resolved', { isBlind: true })).toEqual(['ok', false])
})

test('no open incident is good news only as far as Spillway sees', () => {
  const source = { id: 'sqs', title: 'SQS', sinceMs: BEGAN, parts: [] } as const
  const headline = (open: readonly Incident[], state: 'ok' | 'failing') =>
    incidentsHeadline({ clock, open, sources: [{ ...source, state }] })
  expect(headline([], 'ok')).toEqual({ truth: 'ok', text: 'No incident is open.', short: 'No incident' })
  expect(headline([], 'failing')).toMatchObject({
    truth: 'unknown',
    text: 'No incident is open; we cannot see SQS since 14:21.',
  })
  expect(headline([anIncident()], 'ok')).toEqual({
    truth: 'bad',
    text: 'INC-7 is open since 14:21: profile-created: 38 sent, 0 processed.',
    short: 'INC-7 open',
  })
  expect(headline([anIncident(), anIncident({ number: 8 })], 'ok').text).toBe(
    '2 incidents are open, the longest INC-7 since 14:21.',
  )
})

test('a board names open incidents and whether somebody cares for them, never who', () => {
  const acknowledged = anIncident({ number: 8, state: 'acknowledged', acknowledgedBy: 'Omar Reid' })
  const healing = anIncident({ number: 9, healingMs: BEGAN })
  const blind = anIncident({ number: 10, isBlind: true })
  expect(incidentLine([anIncident()])).toBe('INC-7: nobody has acknowledged it')
  expect(incidentLine([acknowledged, blind])).toBe('INC-8: acknowledged')
  expect(incidentLine([anIncident(), acknowledged, healing])).toBe(
    'INC-7: nobody has acknowledged it · INC-8: acknowledged · and 1 more incident',
  )
  expect(incidentLine([healing])).toBe('INC-9: being healed')
  expect(incidentLine([blind])).toBeNull()
})
