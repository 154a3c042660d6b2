import { describe, expect, test } from 'vitest'
import { emailsHeadline } from './emails-headline.ts'
import { blindClause, headlineOf, troubleClause, type Clock, type SourceSight, type Trouble } from './headline.ts'
import { overviewHeadline, wallHeadline, type OverviewFacts } from './overview-headline.ts'
import type { PeopleFacts } from './people-sentence.ts'
import { queueHeadline, queuesHeadline, type QueueFacts, type QueuesFacts } from './queues-headline.ts'
import { settingsHeadline } from './settings-headline.ts'

const at = (time: string): number => Date.parse(`2024-08-14T${time}:00Z`)
const clock: Clock = { nowMs: at('15:00'), timeZone: 'UTC' }
const NOBODY: PeopleFacts = {
  named: 0,
  byFailure: 0,
  byOverdue: 0,
  byNoNotification: 0,
  countable: null,
  sinceMs: null,
  openReasons: [],
  sinceBreak: null,
}

const source = (
  id: string,
  title: string,
  state: SourceSight['state'] = 'ok',
  sinceMs: number | null = null,
): SourceSight => ({
  id,
  title,
  state,
  sinceMs,
  parts: [],
})
const OUTCOMES = source('email-outcomes', 'E-mail outcomes')
const SQS = source('sqs', 'SQS')
const SENTRY_LOST = source('sentry', 'Sentry', 'failing', at('09:42'))
const LEAK: Trouble = { text: 'profile-created: 6 sent, 0 processed', sinceMs: at('14:21') }
const LETTERS: Trouble = { text: '12 dead letters wait in a-dlq (from a)', sinceMs: at('14:40') }

const factsOf = (part: Partial<OverviewFacts>): OverviewFacts => ({
  clock,
  label: 'onboarding e-mail',
  people: NOBODY,
  troubles: [],
  incidents: [],
  sources: [SQS, OUTCOMES],
  firstMissing: null,
  hasOutcomes: true,
  hasUnnamedFailure: false,
  coversProfiles: true,
  ...part,
})

const overview = (part: Partial<OverviewFacts>): ReturnType<typeof overviewHeadline> => overviewHeadline(factsOf(part))

const failed = (named: number, part: Partial<PeopleFacts> = {}): PeopleFacts => ({
  ...NOBODY,
  named,
  byFailure: named,
  openReasons: ['no_email_address'],
  sinceMs: at('14:21'),
  ...part,
})

describe('the sentence of the overview', () => {
  const cases: readonly (readonly [string, Partial<OverviewFacts>, string, string])[] = [
    ['everyone has theirs', {}, 'ok', 'Everyone has their onboarding e-mail.'],
    [
      'nobody can vouch for profiles',
      { coversProfiles: false },
      'ok',
      'Everyone we know of has their onboarding e-mail.',
    ],
    [
      'one person',
      { people: failed(1) },
      'bad',
      '1 person is without their onboarding e-mail, with no e-mail address, since 14:21.',
    ],
    [
      'many people with one cause',
      { people: failed(37) },
      'bad',
      '37 people are without their onboarding e-mail, all with no e-mail address, the first since 14:21.',
    ],
    [
      'many since the break began',
      { people: failed(37, { sinceMs: at('10:00'), sinceBreak: { count: 31, sinceMs: at('14:21') } }) },
      'bad',
      '37 people are without their onboarding e-mail, all with no e-mail address, 31 of them since 14:21.',
    ],
    [
      'all since the break began',
      { people: failed(31, { sinceBreak: { count: 31, sinceMs: at('14:21') } }) },
      'bad',
      '31 people are without their onboarding e-mail, all with no e-mail address, since 14:21.',
    ],
    [
      'a break that nobody has met yet',
      { people: failed(2, { sinceMs: at('10:00'), sinceBreak: { count: 0, sinceMs: at('14:21') } }) },
      'bad',
      '2 people are without their onboarding e-mail, all with no e-mail address, the first since 10:00.',
    ],
    [
      'failures with several causes',
      { people: failed(3, { openReasons: ['no_email_address', 'complaint'] }) },
      'bad',
      '3 people are without their onboarding e-mail, the first since 14:21.',
    ],
    [
      'causes of different kinds',
      { people: failed(3, { byFailure: 2, byOverdue: 1 }) },
      'bad',
      '3 people are without their onboarding e-mail, the first since 14:21.',
    ],
    [
      'all overdue',
      { people: failed(3, { byFailure: 0, byOverdue: 3 }) },
      'bad',
      '3 people are without their onboarding e-mail, all overdue, the first since 14:21.',
    ],
    [
      'all with no notification',
      { people: failed(1000, { byFailure: 0, byNoNotification: 1000 }) },
      'bad',
      '1\u202F000 people are without their onboarding e-mail, all with no notification at all, the first since 14:21.',
    ],
    [
      'people since a time that is not known',
      { people: failed(2, { sinceMs: null }) },
      'bad',
      '2 people are without their onboarding e-mail, all with no e-mail address.',
    ],
    [
      'named people and profiles that can only be counted',
      { people: failed(37, { countable: 12, sinceBreak: { count: 37, sinceMs: at('14:21') } }) },
      'bad',
      '37 people are without their onboarding e-mail, all with no e-mail address, since 14:21, and about 12 profiles that we can count but not name.',
    ],
    [
      'profiles that can only be counted, with no e-mail source',
      {
        people: { ...NOBODY, named: null, countable: 12, sinceBreak: { count: 0, sinceMs: at('14:21') } },
        sources: [SQS, source('email-outcomes', 'E-mail outcomes', 'not-configured')],
      },
      'bad',
      'About 12 profiles that we can count but not name are without their onboarding e-mail since 14:21.',
    ],
    [
      'one profile that can only be counted',
      { people: { ...NOBODY, countable: 1 } },
      'bad',
      'About 1 profile that we can count but not name is without their onboarding e-mail.',
    ],
    [
      'people and what is stuck',
      { people: failed(1), troubles: [LEAK] },
      'bad',
      '1 person is without their onboarding e-mail, with no e-mail address, since 14:21; profile-created: 6 sent, 0 processed since 14:21.',
    ],
    [
      'people before blindness',
      { people: failed(1), sources: [OUTCOMES, SENTRY_LOST] },
      'bad',
      '1 person is without their onboarding e-mail, with no e-mail address, since 14:21; we cannot see Sentry since 09:42.',
    ],
    [
      'what is not seen is said after people and trouble',
      { people: failed(1), troubles: [LEAK], sources: [OUTCOMES, SENTRY_LOST] },
      'bad',
      '1 person is without their onboarding e-mail, with no e-mail address, since 14:21; profile-created: 6 sent, 0 processed since 14:21; we cannot see Sentry since 09:42.',
    ],
    ['what is stuck', { troubles: [LEAK] }, 'bad', 'profile-created: 6 sent, 0 processed since 14:21.'],
    [
      'the worst and how many more',
      { troubles: [LEAK, LETTERS] },
      'bad',
      'profile-created: 6 sent, 0 processed since 14:21, and 1 more needs a look.',
    ],
    [
      'what is stuck, and blindness',
      { troubles: [LEAK, LETTERS, LETTERS], sources: [OUTCOMES, SENTRY_LOST] },
      'bad',
      'profile-created: 6 sent, 0 processed since 14:21, and 2 more need a look; we cannot see Sentry since 09:42.',
    ],
    [
      'what is stuck while nothing is known of e-mails',
      { troubles: [LEAK], hasOutcomes: false },
      'bad',
      'profile-created: 6 sent, 0 processed since 14:21; we do not know yet whether everyone has their onboarding e-mail: no outcome of any onboarding e-mail has come yet.',
    ],
    [
      'one source that does not answer',
      { sources: [OUTCOMES, SENTRY_LOST] },
      'unknown',
      'We cannot see Sentry since 09:42; the last known state is shown.',
    ],
    [
      'two sources that do not answer, from the earlier moment',
      { sources: [source('sqs', 'SQS', 'failing', at('09:10')), SENTRY_LOST] },
      'unknown',
      'We cannot see SQS and Sentry since 09:10; the last known state is shown.',
    ],
    [
      'many sources that do not answer',
      { sources: ['a', 'b', 'c', 'd'].map((id) => source(id, id, 'failing', at('09:42'))) },
      'unknown',
      'We cannot see 4 sources since 09:42; the last known state is shown.',
    ],
    [
      'a part of a source that cannot be read',
      { sources: [OUTCOMES, { ...source('sqs', 'SQS', 'failing', at('09:42')), parts: ['a', 'b'] }] },
      'unknown',
      'We cannot see a and b of SQS since 09:42; the last known state is shown.',
    ],
    [
      'many parts of a source that cannot be read',
      { sources: [OUTCOMES, { ...source('sqs', 'SQS', 'failing', at('09:42')), parts: ['a', 'b', 'c'] }] },
      'unknown',
      'We cannot see 3 parts of SQS since 09:42; the last known state is shown.',
    ],
    [
      'a source that never answered',
      { sources: [OUTCOMES, source('sentry', 'Sentry', 'failing')] },
      'unknown',
      'We cannot see Sentry; the last known state is shown.',
    ],
    [
      'e-mail outcomes not connected',
      { sources: [SQS, source('email-outcomes', 'E-mail outcomes', 'not-configured')], hasOutcomes: false },
      'unknown',
      'We do not know yet whether everyone has their onboarding e-mail: the source “E-mail outcomes” is not connected.',
    ],
    [
      'outcomes from an import alone are no evidence of now',
      { sources: [SQS, source('email-outcomes', 'E-mail outcomes', 'not-configured')] },
      'unknown',
      'We do not know yet whether everyone has their onboarding e-mail: the source “E-mail outcomes” is not connected.',
    ],
    [
      'e-mail outcomes still waiting',
      { sources: [source('sqs', 'SQS', 'waiting'), source('email-outcomes', 'E-mail outcomes', 'waiting')] },
      'unknown',
      'We do not know yet whether everyone has their onboarding e-mail: “E-mail outcomes” and 1 other have not answered yet.',
    ],
    [
      'another source still waiting',
      { sources: [source('sqs', 'SQS', 'waiting'), OUTCOMES] },
      'unknown',
      'We do not know yet whether everyone has their onboarding e-mail: “SQS” has not answered yet.',
    ],
    [
      'no outcome yet',
      { hasOutcomes: false },
      'unknown',
      'We do not know yet whether everyone has their onboarding e-mail: no outcome of any onboarding e-mail has come yet.',
    ],
    [
      'a failure that names nobody',
      { hasUnnamedFailure: true },
      'unknown',
      'We do not know yet whether everyone has their onboarding e-mail: one onboarding e-mail failed that names nobody.',
    ],
    [
      'nothing connected',
      { sources: [source('sqs', 'SQS', 'not-configured')], firstMissing: 'Set AWS_REGION to see queues.' },
      'unknown',
      'Nothing is connected yet, so nothing is known. Set AWS_REGION to see queues.',
    ],
    ['no source at all', { sources: [] }, 'unknown', 'Nothing is connected yet, so nothing is known.'],
  ]

  test.each(cases)('%s', (_, part, truth, text) => {
    const headline = overview(part)
    expect(headline.text).toBe(text)
    expect(headline.truth).toBe(truth)
    expect(headline.short).not.toBe('')
  })

  test('is never good while people, trouble or blindness are known', () => {
    for (const people of [NOBODY, failed(1), { ...NOBODY, countable: 3 }])
      for (const troubles of [[], [LEAK]])
        for (const sources of [[OUTCOMES], [OUTCOMES, SENTRY_LOST], [source('email-outcomes', 'E', 'waiting')]])
          for (const hasOutcomes of [true, false]) {
            const isGood =
              people === NOBODY &&
              troubles.length === 0 &&
              sources.length === 1 &&
              sources[0] === OUTCOMES &&
              hasOutcomes
            expect(overview({ people, troubles, sources, hasOutcomes }).truth === 'ok').toBe(isGood)
          }
  })

  test('is not good while an incident is open, though nothing is seen to be wrong any more', () => {
    const open = { name: 'INC-1', waitingFor: 'no message of profile-created is known to be processed since' }
    expect(overview({ incidents: [open] })).toEqual({
      truth: 'healing',
      text: 'INC-1 stays open: no message of profile-created is known to be processed since.',
      short: 'INC-1 open',
    })
    expect(overview({ incidents: [open, { name: 'INC-3', waitingFor: null }] }).text).toBe('INC-1 and INC-3 stay open.')
    expect(overview({ incidents: [{ name: 'INC-1', waitingFor: null }], hasOutcomes: false }).text).toBe(
      'INC-1 stays open; we do not know yet whether everyone has their onboarding e-mail: no outcome of any onboarding e-mail has come yet.',
    )
    expect(overview({ incidents: [open], troubles: [LETTERS] }).text).not.toContain('INC-1')
    expect(overview({ incidents: [open], people: failed(3) }).text).not.toContain('INC-1')
    expect(emailsHeadline(factsOf({ incidents: [open] }), 9, 'the last 24 hours').truth).toBe('healing')
  })

  test('says the worst in short for the title', () => {
    expect(overview({ people: failed(37), troubles: [LEAK] }).short).toBe('37 without')
    expect(overview({ people: failed(37, { countable: 12 }) }).short).toBe('37 and about 12 without')
    expect(overview({ troubles: [LEAK] }).short).toBe('profile-created: 6 sent, 0 processed')
    expect(overview({ sources: [OUTCOMES, SENTRY_LOST] }).short).toBe('Cannot see Sentry')
    expect(overview({}).short).toBe('All well')
  })
})

const emails = (part: Partial<OverviewFacts>, delivered: number): string =>
  emailsHeadline(
    {
      clock,
      label: 'welcome letter',
      people: NOBODY,
      troubles: [],
      incidents: [],
      sources: [OUTCOMES],
      firstMissing: null,
      hasOutcomes: true,
      hasUnnamedFailure: false,
      coversProfiles: true,
      ...part,
    },
    delivered,
    'the last 24 hours',
  ).text

describe('the sentence of e-mails', () => {
  test.each([
    [{}, 0, 'Everyone has their welcome letter.'],
    [{}, 1, 'Everyone has their welcome letter; 1 was delivered in the last 24 hours.'],
    [{}, 1200, 'Everyone has their welcome letter; 1\u202F200 were delivered in the last 24 hours.'],
    [{ people: failed(1) }, 9, '1 person is without their welcome letter, with no e-mail address, since 14:21.'],
    [
      { sources: [source('email-outcomes', 'E-mail outcomes', 'not-configured')] },
      0,
      'We do not know yet whether everyone has their welcome letter: the source “E-mail outcomes” is not connected.',
    ],
  ])('%o', (part, delivered, text) => {
    expect(emails(part, delivered)).toBe(text)
  })
})

const queues = (part: Partial<QueuesFacts>): ReturnType<typeof queuesHeadline> =>
  queuesHeadline({ clock, troubles: [], sources: [SQS], firstMissing: null, queueCount: 12, unknown: [], ...part })

describe('the sentence of all queues', () => {
  test.each<readonly [Partial<QueuesFacts>, string, string]>([
    [{}, 'ok', 'All 12 queues are read, and none needs a hand.'],
    [{ queueCount: 1 }, 'ok', 'The one queue is read, and it needs no hand.'],
    [{ troubles: [LETTERS] }, 'bad', '12 dead letters wait in a-dlq (from a) since 14:40.'],
    [
      { troubles: [LEAK], sources: [source('sqs', 'SQS', 'failing', at('14:50'))] },
      'bad',
      'profile-created: 6 sent, 0 processed since 14:21; we cannot see SQS since 14:50.',
    ],
    [
      { sources: [source('sqs', 'SQS', 'failing', at('14:50'))] },
      'unknown',
      'We cannot see SQS since 14:50; the last known state is shown.',
    ],
    [{ unknown: ['a'] }, 'unknown', 'We do not know how a is doing.'],
    [{ unknown: ['a', 'b'] }, 'unknown', 'We do not know how a and b are doing.'],
    [{ unknown: ['a', 'b', 'c', 'd'] }, 'unknown', 'We do not know how 4 of 12 queues are doing.'],
    [{ queueCount: 0 }, 'unknown', 'SQS answers, but it shows us no queue.'],
    [
      { queueCount: 0, sources: [source('sqs', 'SQS', 'waiting')] },
      'unknown',
      'We do not know the queues yet: SQS has not answered.',
    ],
    [
      { queueCount: 0, sources: [source('sqs', 'SQS', 'not-configured')], firstMissing: 'Set AWS_REGION.' },
      'unknown',
      'Queues are not connected yet. Set AWS_REGION.',
    ],
  ])('%o', (part, truth, text) => {
    expect(queues(part)).toMatchObject({ truth, text })
  })
})

const queue = (part: Partial<QueueFacts>): ReturnType<typeof queueHeadline> =>
  queueHeadline({
    clock,
    name: 'orders',
    verdict: { truth: 'ok', word: 'quiet', sinceMs: null },
    troubles: [],
    goneMs: null,
    deadLetterOf: [],
    ...part,
  })

describe('the sentence of one queue', () => {
  test.each<readonly [Partial<QueueFacts>, string, string]>([
    [{}, 'ok', 'orders is quiet.'],
    [{ verdict: { truth: 'ok', word: '3 waiting', sinceMs: null } }, 'ok', 'orders has 3 waiting.'],
    [
      { deadLetterOf: ['a', 'b'], verdict: { truth: 'ok', word: 'empty', sinceMs: null } },
      'ok',
      'orders, the dead-letter queue of a and b, is empty.',
    ],
    [{ troubles: [LEAK] }, 'bad', 'profile-created: 6 sent, 0 processed since 14:21.'],
    [{ verdict: { truth: 'bad', word: 'in alarm', sinceMs: at('14:00') } }, 'bad', 'orders: in alarm since 14:00.'],
    [
      { verdict: { truth: 'unknown', word: 'not seen', sinceMs: at('09:42') } },
      'unknown',
      'We cannot see orders since 09:42; the last known state is shown.',
    ],
    [{ verdict: { truth: 'unknown', word: 'not read yet', sinceMs: null } }, 'unknown', 'We have not read orders yet.'],
    [{ verdict: { truth: 'unknown', word: 'odd', sinceMs: at('09:42') } }, 'unknown', 'orders: odd since 09:42.'],
    [{ goneMs: at('09:42'), troubles: [LEAK] }, 'unknown', 'orders is gone from SQS since 09:42.'],
  ])('%o', (part, truth, text) => {
    expect(queue(part)).toMatchObject({ truth, text })
  })
})

const settings = (part: Partial<Parameters<typeof settingsHeadline>[0]>): ReturnType<typeof settingsHeadline> =>
  settingsHeadline({ clock, problemCount: 0, sources: [SQS, OUTCOMES], firstMissing: null, ...part })

describe('the sentence of the settings', () => {
  test.each<readonly [Partial<Parameters<typeof settingsHeadline>[0]>, string, string]>([
    [{}, 'ok', 'Everything that is configured answers.'],
    [
      { sources: [SQS, source('x', 'X', 'not-configured')] },
      'ok',
      'Everything that is configured answers; 1 source is not connected.',
    ],
    [{ problemCount: 1 }, 'bad', '1 setting cannot be used.'],
    [
      { problemCount: 2, sources: [SENTRY_LOST] },
      'bad',
      '2 settings cannot be used; we cannot see Sentry since 09:42.',
    ],
    [{ sources: [SQS, SENTRY_LOST] }, 'unknown', 'We cannot see Sentry since 09:42; the last known state is shown.'],
    [{ sources: [SQS, source('x', 'X', 'waiting')] }, 'unknown', '1 source that is configured has not answered yet.'],
    [
      { sources: [source('x', 'X', 'waiting'), source('y', 'Y', 'waiting')] },
      'unknown',
      '2 sources that are configured have not answered yet.',
    ],
    [
      { sources: [source('x', 'X', 'not-configured')], firstMissing: 'Set X.' },
      'unknown',
      'Nothing is connected yet, so nothing is known. Set X.',
    ],
  ])('%o', (part, truth, text) => {
    expect(settings(part)).toMatchObject({ truth, text })
  })
})

test('without trouble or blindness there is no clause about them', () => {
  expect(troubleClause([], clock)).toBeNull()
  expect(blindClause([SQS, source('x', 'X', 'not-configured')], clock)).toBeNull()
  expect(headlineOf({ truth: 'ok', text: 'a', short: 'a' })).toEqual({ truth: 'ok', text: 'a.', short: 'a' })
})

test('the wall leaves what is stuck to its tile when people and something unseen have to be said', () => {
  const lost = { people: failed(1), troubles: [LEAK], sources: [OUTCOMES, SENTRY_LOST] }
  expect(wallHeadline(factsOf(lost)).text).toBe(
    '1 person is without their onboarding e-mail, with no e-mail address, since 14:21; we cannot see Sentry since 09:42.',
  )
  expect(wallHeadline(factsOf({ people: failed(1), troubles: [LEAK] })).text).toContain('0 processed')
})
