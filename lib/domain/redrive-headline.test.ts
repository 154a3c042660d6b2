import { expect, test } from 'vitest'
import { proofWords } from './redrive-fate.ts'
import { EVERYTHING } from './redrive-selection.ts'
import { redriveHeadline, redriveTruth, type RedriveFacts } from './redrive-headline.ts'

function facts(given: Partial<RedriveFacts> = {}): RedriveFacts {
  return {
    id: 12,
    mode: 'dlq-to-source',
    state: 'planned',
    source: 'profile-created-dlq',
    destination: 'profile-created',
    selection: EVERYTHING,
    transform: [{ kind: 'remove-attribute', name: 'JavaType' }],
    mostMessages: null,
    canaryMessages: 1,
    missed: null,
    aboutMessages: 412,
    moved: 0,
    canaryFate: 'unknown',
    reason: null,
    isEndedByPerson: false,
    proof: null,
    ...given,
  }
}

test('a plan says what it would do, and that nothing has moved', () => {
  expect(redriveHeadline(facts())).toEqual({
    truth: 'muted',
    text: 'R-12 would move about 412 messages from profile-created-dlq to profile-created, without JavaType. Nothing has moved yet.',
    short: 'R-12 planned',
  })
  const inPlace = facts({ mode: 'in-place', source: 'profile-created', transform: [], aboutMessages: null })
  expect(redriveHeadline(inPlace).text).toBe(
    'R-12 would move the messages of profile-created in place, unchanged. Nothing has moved yet.',
  )
})

test('one that stopped by itself is bad and says why; one that a person stopped is not', () => {
  const reason = 'It was seen again in the dead-letter queue.'
  const stopped = redriveHeadline(facts({ state: 'stopped', moved: 1, reason }))
  expect(stopped.truth).toBe('bad')
  expect(stopped.text).toBe(`R-12 stopped by itself with 1 message moved. ${reason}`)
  expect(redriveHeadline(facts({ state: 'stopped', isEndedByPerson: true, reason: 'Stopped by Olga.' })).truth).toBe(
    'muted',
  )
})

const NOBODY = { named: 0, withEmail: 0 }
const NOT_TOLD = { same: 0, other: 0 }

const done = (consumed: number, cameBack: number, unknown: number, people = NOBODY) =>
  redriveHeadline(
    facts({ state: 'done', moved: 500, proof: { consumed, cameBack, unknown, sent: 500, causes: NOT_TOLD, people } }),
  )

const peopleIn = (named: number, withEmail: number) => done(500, 0, 0, { named, withEmail }).text.split('consumed. ')[1]

test('the proof ends with the people who have had their e-mail, where the messages name any', () => {
  expect(peopleIn(430, 412)).toBe('412 of the 430 people whom they name have had their e-mail since.')
  expect(peopleIn(430, 430)).toBe('All 430 people whom they name have had their e-mail since.')
  expect(peopleIn(430, 0)).toBe('None of the 430 people whom they name have had their e-mail since.')
  expect(peopleIn(1, 0)).toBe('The one person whom they name has had no e-mail yet.')
  const people = { named: 430, withEmail: 412 }
  const proof = { sent: 500, consumed: 470, cameBack: 20, unknown: 10, causes: { same: 20, other: 0 }, people }
  expect(proofWords(proof)).toBe(
    `500 redriven: 470 consumed, 20 came back (same cause), 10 unknown. ${peopleIn(430, 412) ?? ''}`,
  )
  expect(proofWords({ ...proof, causes: { same: 15, other: 4 }, people: NOBODY })).toBe(
    '500 redriven: 470 consumed, 20 came back (15 with the same cause, 4 with another, 1 with a cause that is not known), 10 unknown.',
  )
  expect(proofWords({ ...proof, causes: NOT_TOLD, people: NOBODY })).toContain(' 20 came back, ')
})

test('the end is good only when the fate of every message is known and good', () => {
  expect(done(500, 0, 0)).toMatchObject({ truth: 'ok', text: 'R-12 is done: of 500 messages, 500 consumed.' })
  expect(done(480, 20, 0).truth).toBe('bad')
  expect(done(470, 20, 10)).toMatchObject({
    truth: 'unknown',
    text: 'R-12 is done: of 500 messages, 470 consumed, 20 came back and 10 unknown.',
  })
})

test('a run counts what it has moved against what SQS told of at the plan, which does not grow with it', () => {
  expect(redriveHeadline(facts({ state: 'running', moved: 120 })).text).toContain('120 so far, of about 412.')
  expect(redriveHeadline(facts({ state: 'running', moved: 420 })).text).toContain(
    '420 so far, more than the about 412 that the plan counted.',
  )
})

const first = (state: RedriveFacts['state'], canaryMessages: number) =>
  redriveHeadline(facts({ state, canaryMessages, aboutMessages: null, transform: [] }))

test('says how many go first', () => {
  expect(first('canary', 1).text).toContain('tries one message first')
  expect(first('canary', 3)).toMatchObject({
    text: 'R-12 tries 3 messages first: from profile-created-dlq to profile-created, unchanged.',
    short: 'R-12 tries 3 messages',
  })
  expect(first('waiting', 3).text).toContain('has sent 3 messages and waits for evidence of the fate of each')
})

const waiting = (sent: number, consumed: number, cameBack = 0, aboutMessages = 412) =>
  redriveHeadline(
    facts({
      aboutMessages,
      state: 'waiting',
      canaryMessages: 10,
      moved: sent,
      proof: { consumed, cameBack, unknown: sent - consumed - cameBack, sent, causes: NOT_TOLD, people: NOBODY },
    }),
  ).text.slice('R-12 '.length)

test('while it waits, its sentence says of the first messages what the figures say', () => {
  expect(waiting(10, 0)).toBe(
    'has sent 10 messages and waits for evidence of the fate of each; nothing else moves until then.',
  )
  expect(waiting(10, 3)).toBe(
    'has sent 10 messages first: 3 are known to be consumed, and it waits for evidence of the other 7; nothing else moves until then.',
  )
  expect(waiting(3, 2), 'fewer were there').toContain(
    'has sent 3 messages first: 2 are known to be consumed, and it waits for evidence of the other one',
  )
  expect(waiting(3, 3)).toBe('has sent 3 messages first: all are known to be consumed, and the others follow.')
  expect(waiting(1, 1)).toBe('has sent one message first: it is known to be consumed, and the others follow.')
  expect(waiting(1, 1, 0, 1), 'none is left').toBe('has sent one message first: it is known to be consumed.')
  expect(waiting(3, 2, 1)).toBe('has sent 3 messages first: 1 came back. Nothing else moves.')
})

test('one that moved less of its list than it froze says what it did not meet, and is never plainly done', () => {
  const messages = [
    { messageId: 'a', why: 'not-met' },
    { messageId: 'b', why: 'held' },
  ] as const
  const short = facts({
    state: 'done',
    moved: 3,
    aboutMessages: 5,
    selection: { ...EVERYTHING, messageIds: ['a', 'b', 'c', 'd', 'e'], listedBy: 'look' },
    missed: { count: 2, held: 1, messages },
    proof: { consumed: 3, cameBack: 0, unknown: 0, sent: 3, causes: NOT_TOLD, people: NOBODY },
  })
  expect(redriveHeadline(short)).toEqual({
    truth: 'unknown',
    text: 'R-12 has ended short of its list: of 3 messages that it moved, 3 consumed. Of the 5 messages of its list it did not move 2: 1 not met when the queue was read to its end (processed or expired meanwhile, or hidden by somebody else) and 1 in a group that somebody holds.',
    short: 'R-12 ended short',
  })
  const nothing = { ...short, moved: 0, proof: null, reason: 'Nothing was met.' }
  expect(redriveHeadline(nothing).text).toBe('R-12 has ended without moving anything. Nothing was met.')
})

test('a run that met far fewer messages than were there is not known to be good, and says so', () => {
  const few = facts({
    state: 'done',
    aboutMessages: 155,
    moved: 5,
    proof: { consumed: 5, cameBack: 0, unknown: 0, sent: 5, causes: NOT_TOLD, people: NOBODY },
  })
  expect(redriveHeadline(few)).toMatchObject({
    truth: 'unknown',
    text: expect.stringContaining('About 150 more were there when it was planned and it did not meet them'),
  })
  expect(redriveTruth({ ...few, moved: 150 })).toBe('ok')
  expect(redriveTruth({ ...few, mostMessages: 5 })).toBe('ok')
})
