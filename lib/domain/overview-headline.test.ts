import { describe, expect, test } from 'vitest'
import { emailsHeadline } from './emails-headline.ts'
import { overviewHeadline, wallHeadline, type OverviewFacts } from './overview-headline.ts'
import {
  at,
  NOBODY,
  source,
  OUTCOMES,
  SQS,
  SENTRY_LOST,
  LEAK,
  LETTERS,
  factsOf,
  failed,
} from './fixtures/headline-facts.ts'

const overview = (part: Partial<OverviewFacts>): ReturnType<typeof overviewHeadline> => overviewHeadline(factsOf(part))

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
      '1 person is without their onboarding e-mail, recorded as: no e-mail address, since 14:21.',
    ],
    [
      'many people with one cause',
      { people: failed(37) },
      'bad',
      '37 people are without their onboarding e-mail, all recorded as: no e-mail address, the first since 14:21.',
    ],
    [
      'many since the break began',
      { people: failed(37, { sinceMs: at('10:00'), sinceBreak: { count: 31, sinceMs: at('14:21') } }) },
      'bad',
      '37 people are without their onboarding e-mail, all recorded as: no e-mail address, 31 of them since 14:21.',
    ],
    [
      'all since the break began',
      { people: failed(31, { sinceBreak: { count: 31, sinceMs: at('14:21') } }) },
      'bad',
      '31 people are without their onboarding e-mail, all recorded as: no e-mail address, since 14:21.',
    ],
    [
      'a break that nobody has met yet',
      { people: failed(2, { sinceMs: at('10:00'), sinceBreak: { count: 0, sinceMs: at('14:21') } }) },
      'bad',
      '2 people are without their onboarding e-mail, all recorded as: no e-mail address, the first since 10:00.',
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
      '2 people are without their onboarding e-mail, all recorded as: no e-mail address.',
    ],
    [
      'named people and profiles that can only be counted',
      { people: failed(37, { countable: 12, sinceBreak: { count: 37, sinceMs: at('14:21') } }) },
      'bad',
      '37 people are without their onboarding e-mail, all recorded as: no e-mail address, since 14:21, and about 12 profiles that we can count but not name.',
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
      '1 person is without their onboarding e-mail, recorded as: no e-mail address, since 14:21; profile-created: 6 sent, 0 processed since 14:21.',
    ],
    [
      'people before blindness',
      { people: failed(1), sources: [OUTCOMES, SENTRY_LOST] },
      'bad',
      '1 person is without their onboarding e-mail, recorded as: no e-mail address, since 14:21; we cannot see Sentry since 09:42.',
    ],
    [
      'what is not seen is said after people and trouble',
      { people: failed(1), troubles: [LEAK], sources: [OUTCOMES, SENTRY_LOST] },
      'bad',
      '1 person is without their onboarding e-mail, recorded as: no e-mail address, since 14:21; profile-created: 6 sent, 0 processed since 14:21; we cannot see Sentry since 09:42.',
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
      'Spillway itself, where it reads nothing',
      {
        sources: [
          source('sqs', 'SQS', 'not-read', at('09:10')),
          source('email-outcomes', 'E-mail outcomes', 'not-read', at('09:12')),
          source('profiles', 'Profiles', 'not-configured'),
        ],
      },
      'unknown',
      'Spillway itself has not read its sources since 09:10; the last known state is shown.',
    ],
    [
      'a source that Spillway does not read, beside one that does not answer',
      { sources: [OUTCOMES, SENTRY_LOST, source('sqs', 'SQS', 'not-read', at('09:10'))] },
      'unknown',
      'Spillway itself has not read SQS since 09:10, and we cannot see Sentry since 09:42; the last known state is shown.',
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
      'We do not know yet whether everyone has their onboarding e-mail: “E-mail outcomes” and 1 other have not been read yet.',
    ],
    [
      'another source still waiting',
      { sources: [source('sqs', 'SQS', 'waiting'), OUTCOMES] },
      'unknown',
      'We do not know yet whether everyone has their onboarding e-mail: “SQS” has not been read yet.',
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

test('the wall leaves what is stuck to its tile when people and something unseen have to be said', () => {
  const lost = { people: failed(1), troubles: [LEAK], sources: [OUTCOMES, SENTRY_LOST] }
  expect(wallHeadline(factsOf(lost)).text).toBe(
    '1 person is without their onboarding e-mail, recorded as: no e-mail address, since 14:21; we cannot see Sentry since 09:42.',
  )
  expect(wallHeadline(factsOf({ people: failed(1), troubles: [LEAK] })).text).toContain('0 processed')
})
