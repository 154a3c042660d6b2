import { expect, test } from 'vitest'
import { approvalWords, neededApproval } from './redrive-approval.ts'
import type { CheckId, PreflightFacts } from './redrive-preflight.ts'
import { judgePreflight } from './judge-preflight.ts'

const FACTS: PreflightFacts = {
  plan: {
    mode: 'dlq-to-source',
    way: 'ledger',
    destinationKind: 'source',
    source: 'orders-dlq',
    destination: 'orders',
    acceptsInterleaving: false,
    takesHeld: false,
  },
  messages: {
    of: 30,
    unchangeable: 0,
    smallestBytes: 100,
    largestBytes: 2_048,
    mostAttributes: 3,
    leastAttributes: 1,
    pointers: 0,
    loosePointers: 0,
    returned: 0,
    mostReturns: 0,
    groupReturns: null,
    origins: { sources: 1, unknown: 0, others: [] },
  },
  queues: { maximumBytes: 262_144, hasMoveTask: false, problem: null },
  now: {
    otherRedrive: null,
    heldGroups: [],
    recent: null,
    consumerFindings: [],
    service: 'shop',
    errorFindings: [],
    blind: [],
    alarms: 2,
    alarmed: [],
    isSourceFifo: false,
    isDestinationFifo: false,
    sourceKey: null,
    destinationKey: null,
  },
}

const HELD = [{ name: 'group 12ab34cd', by: 'Omar' }]
const RECENT = { minutes: 30, fresh: 0, resent: 50, processed: 50 }

type Change = {
  [K in keyof PreflightFacts]?: Partial<PreflightFacts[K]> | null
}

function factsWith(change: Change): PreflightFacts {
  const part = <K extends keyof PreflightFacts>(key: K) =>
    change[key] === null ? null : { ...FACTS[key], ...change[key] }
  // Each part is a whole one with some of its own fields changed, or null where that is allowed.
  return { plan: part('plan'), messages: part('messages'), queues: part('queues'), now: part('now') } as PreflightFacts
}

function checkOf(id: CheckId, change: Change) {
  const found = judgePreflight(factsWith(change)).find((check) => check.id === id)
  if (found === undefined) throw new Error(`no check ${id}`)
  return found
}

test('where nothing is wrong all is fine, each with its reason', () => {
  const checks = judgePreflight(FACTS)
  expect(checks.filter(({ state }) => state !== 'fine')).toEqual([])
  expect(checks.filter(({ text }) => text === '')).toEqual([])
})

test.each<[CheckId, Change, string, string]>([
  ['running', { now: { otherRedrive: 'R-1 has the queue' } }, 'blocks', 'R-1 has the queue. Wait'],
  ['running', { queues: { hasMoveTask: true } }, 'blocks', 'A move task of SQS is running on orders-dlq.'],
  ['running', { queues: { hasMoveTask: null, problem: 'grant it' } }, 'unknown', 'is not known. grant it'],
  ['kind', { now: { isSourceFifo: true } }, 'blocks', 'orders-dlq is a FIFO queue and orders is not'],
  ['kind', { now: { isDestinationFifo: true } }, 'blocks', 'orders is a FIFO queue and orders-dlq is not'],
  ['kind', { now: { isSourceFifo: true, isDestinationFifo: true } }, 'asks', 'come between newer ones'],
  [
    'kind',
    { now: { isSourceFifo: true, isDestinationFifo: true }, plan: { acceptsInterleaving: true } },
    'fine',
    'That was accepted',
  ],
  [
    'held',
    { now: { heldGroups: HELD }, messages: { held: 29 } },
    'warns',
    'held by Omar: 29 messages of those read stay',
  ],
  ['held', { now: { heldGroups: HELD }, plan: { takesHeld: true } }, 'warns', 'names its messages itself'],
  ['held', { now: { heldGroups: HELD }, plan: { way: 'move-task' } }, 'blocks', 'would take them too'],
  ['consumer', { now: { recent: { ...RECENT, fresh: 345 } } }, 'warns', 'any of the 345 which its producer sent'],
  ['consumer', { now: { recent: RECENT } }, 'unknown', 'nothing shows whether it works'],
  ['consumer', { now: { recent: { ...RECENT, processed: 51 } } }, 'fine', 'Nothing is found wrong'],
  ['consumer', { now: { recent: { ...RECENT, resent: 0, processed: 0 } } }, 'fine', 'Nothing is found wrong'],
  ['consumer', { now: { consumerFindings: ['6 sent, 0 processed'] } }, 'warns', 'the redrive stops by itself'],
  [
    'consumer',
    { now: { consumerFindings: ['6 sent, 0 processed'] }, plan: { way: 'move-task' } },
    'warns',
    'tries none first',
  ],
  ['errors', { now: { errorFindings: ['40 errors an hour'] } }, 'warns', '40 errors an hour.'],
  ['errors', { now: { service: null } }, 'unknown', 'The settings name no service that reads orders'],
  ['consumer', { now: { blind: ['cloudwatch-metrics'] } }, 'unknown', 'CloudWatch does not tell what the consumer'],
  ['errors', { now: { blind: ['sentry'] } }, 'unknown', 'Sentry does not tell of shop.'],
  ['alarms', { now: { blind: ['cloudwatch-alarms'] } }, 'unknown', 'CloudWatch does not tell of its alarms.'],
  ['alarms', { now: { alarmed: ['orders-age'] } }, 'warns', 'In alarm: orders-age.'],
  ['alarms', { now: { alarms: 0 } }, 'unknown', 'No alarm watches'],
  ['changes', { messages: { unchangeable: 2 } }, 'asks', '2 of 30 messages read cannot be'],
  ['changes', { messages: { unchangeable: 30 } }, 'blocks', 'nothing would move'],
  [
    'size',
    { queues: { maximumBytes: 1_024 } },
    'asks',
    'The largest read is 2 KiB with its attributes; orders takes at most 1 KiB',
  ],
  ['size', { queues: { maximumBytes: 64 } }, 'blocks', 'Even the smallest read is 100 bytes'],
  ['size', { queues: { maximumBytes: null, problem: 'grant it' } }, 'unknown', 'grant it'],
  ['attributes', { messages: { mostAttributes: 11 } }, 'asks', 'SQS takes 10 and refuses'],
  ['attributes', { messages: { mostAttributes: 12, leastAttributes: 11 } }, 'blocks', 'none fewer than 11'],
  ['keys', { now: { sourceKey: 'a' } }, 'warns', 'kms:GenerateDataKey'],
  ['keys', { now: { sourceKey: 'a' }, plan: { way: 'move-task' } }, 'blocks', 'one key on both'],
  ['returns', { messages: { returned: 3, mostReturns: 1 } }, 'warns', 'at most once.'],
  ['returns', { messages: { returned: 3, mostReturns: 2 } }, 'asks', 'at most 2 times.'],
  ['pointers', { messages: { pointers: 4 } }, 'asks', 'make sure that the objects still exist'],
  ['pointers', { messages: { pointers: 4, loosePointers: 4 } }, 'blocks', 'Keep that attribute'],
  ['size', { messages: null }, 'unknown', 'plan it anew'],
])('%s: %o is told as %s', (id, change, state, words) => {
  const check = checkOf(id, change)
  expect(check.state).toBe(state)
  expect(check.text).toContain(words)
})

test('a second person is asked by the name of either queue and by the number, and where nobody knows the number', () => {
  const rules = [{ queues: 'orders*', aboveMessages: 100 }]
  const asks = (queue: string, messages: number | null) =>
    neededApproval(rules, { queues: ['parked', queue], messages }) !== null
  expect([asks('orders-dlq', 101), asks('orders-dlq', 100), asks('my-orders', 101), asks('orders', null)]).toEqual([
    true,
    false,
    false,
    true,
  ])
  expect(neededApproval([{ queues: 'a.b', aboveMessages: 0 }], { queues: ['axb'], messages: 1 })).toBeNull()
  expect(approvalWords({ queues: '*', aboveMessages: 0 })).toBe('Every redrive needs a second person.')
})

test('a message of a shared dead-letter queue that does not tell its origin goes to none before a person says so', () => {
  const shared = (unknown: number, others: readonly { queue: string; count: number }[]) =>
    checkOf('origins', { messages: { origins: { sources: 2, unknown, others } } })
  expect(shared(0, [])).toMatchObject({ state: 'fine', text: 'All that were read came from orders.' })
  expect(shared(0, [{ queue: 'returns', count: 8 }])).toMatchObject({
    state: 'warns',
    text: '30 messages read came from orders. Left where they are, for a redrive of their own: 8 messages of returns.',
  })
  expect(shared(1, [])).toMatchObject({
    state: 'asks',
    text: '1 of 30 messages read does not tell from which of 2 queues it came; this plan sends such messages to orders.',
  })
  expect(checkOf('origins', { messages: { origins: { sources: 1, unknown: 4, others: [] } } }).state).toBe('fine')
  expect(checkOf('origins', { plan: { destinationKind: 'queue' }, messages: null }).state).toBe('fine')
})

test('a group by cause that came back before is told, also of messages that were never redriven', () => {
  const groupReturns = { messages: 30, redrives: 1, returned: 20 }
  expect(checkOf('returns', { messages: { groupReturns } })).toMatchObject({
    state: 'warns',
    text: 'None of those read was redriven before, but of the group by cause in which they are 20 messages came back from 1 redrive.',
  })
  expect(checkOf('returns', { messages: { returned: 4, mostReturns: 1, groupReturns } }).text).toContain(
    'came back from a redrive before, at most once; of the group by cause',
  )
})
