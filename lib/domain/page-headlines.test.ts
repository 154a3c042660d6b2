import { describe, expect, test } from 'vitest'
import { emailsHeadline } from './emails-headline.ts'
import { blindClause, headlineOf, troubleClause } from './headline.ts'
import type { OverviewFacts } from './overview-headline.ts'
import { queueHeadline, queuesHeadline, type QueueFacts, type QueuesFacts } from './queues-headline.ts'
import { settingsHeadline } from './settings-headline.ts'
import {
  at,
  clock,
  NOBODY,
  source,
  OUTCOMES,
  SQS,
  SENTRY_LOST,
  LEAK,
  LETTERS,
  failed,
} from './fixtures/headline-facts.ts'

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
    [
      { people: failed(1) },
      9,
      '1 person is without their welcome letter, recorded as: no e-mail address, since 14:21.',
    ],
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
      'We do not know the queues yet: SQS has not been read.',
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
    [{ sources: [SQS, source('x', 'X', 'waiting')] }, 'unknown', '1 source that is configured has not been read yet.'],
    [
      { sources: [source('x', 'X', 'waiting'), source('y', 'Y', 'waiting')] },
      'unknown',
      '2 sources that are configured have not been read yet.',
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
