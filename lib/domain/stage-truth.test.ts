import { describe, expect, test } from 'vitest'
import { emailTruth, failedWords, type EmailEvidence } from './email-truth.ts'
import { serviceTruth, type ServiceEvidence } from './service-truth.ts'

function service(part: Partial<ServiceEvidence>): ReturnType<typeof serviceTruth> {
  return serviceTruth({
    source: 'ok',
    unseenSinceMs: null,
    project: 'sync',
    hasEverSent: true,
    errors: 0,
    usualErrors: 1,
    ...part,
  })
}

describe('what is true of a service', () => {
  test.each<readonly [string, Partial<ServiceEvidence>, string, string]>([
    ['no errors from a project that has spoken', {}, 'ok', 'no errors'],
    ['no errors from a project that never spoke', { hasEverSent: false }, 'unknown', 'has never sent'],
    ['a service without a project', { project: null }, 'unknown', 'not watched'],
    ['Sentry not connected', { source: 'not-configured' }, 'unknown', 'Sentry not connected'],
    ['Sentry not read yet', { source: 'waiting' }, 'unknown', 'not read yet'],
    ['Sentry not read by Spillway', { source: 'not-read', unseenSinceMs: 5 }, 'unknown', 'not read'],
    ['Sentry lost', { source: 'failing', unseenSinceMs: 5 }, 'unknown', 'not seen'],
    ['an hour that Sentry did not tell', { errors: null }, 'unknown', 'not told'],
    ['as many errors as usual', { errors: 5 }, 'ok', '5 errors'],
    ['more errors than usual', { errors: 10 }, 'bad', '10 errors, usually 1'],
    ['stray errors', { errors: 9, usualErrors: 0 }, 'ok', '9 errors'],
    ['errors where errors are new', { errors: 10, usualErrors: 0 }, 'bad', '10 errors, usually 0'],
    ['stray errors with nothing to compare', { errors: 1, usualErrors: null }, 'ok', '1 error'],
    ['many errors with nothing to compare', { errors: 10, usualErrors: null }, 'bad', '10 errors'],
    ['no errors with nothing to compare', { usualErrors: null }, 'ok', 'no errors'],
  ])('%s', (_, part, truth, word) => {
    expect(service(part)).toEqual({ truth, word, sinceMs: part.unseenSinceMs ?? null })
  })
})

function emails(part: Partial<EmailEvidence>): ReturnType<typeof emailTruth> {
  return emailTruth({
    source: 'ok',
    unseenSinceMs: null,
    hasOutcomes: true,
    hasUnnamedFailure: false,
    named: 0,
    namedSinceMs: null,
    findingSinceMs: null,
    ...part,
  })
}

describe('what is true of the e-mails', () => {
  test.each<readonly [string, Partial<EmailEvidence>, ReturnType<typeof emailTruth>]>([
    ['nobody without', {}, { truth: 'ok', word: 'nobody without', sinceMs: null }],
    ['people without', { named: 37, namedSinceMs: 7 }, { truth: 'bad', word: '37 without', sinceMs: 7 }],
    [
      'people without, no longer seen',
      { named: 1, namedSinceMs: 7, source: 'failing' },
      { truth: 'bad', word: '1 without', sinceMs: 7 },
    ],
    ['a spike that left nobody without', { findingSinceMs: 3 }, { truth: 'bad', word: 'failing', sinceMs: 3 }],
    ['not connected', { source: 'not-configured' }, { truth: 'unknown', word: 'not connected', sinceMs: null }],
    ['not read yet', { source: 'waiting' }, { truth: 'unknown', word: 'not read yet', sinceMs: null }],
    [
      'not read by Spillway',
      { source: 'not-read', unseenSinceMs: 9 },
      { truth: 'unknown', word: 'not read', sinceMs: 9 },
    ],
    ['lost', { source: 'failing', unseenSinceMs: 9 }, { truth: 'unknown', word: 'not seen', sinceMs: 9 }],
    [
      'a failure that names nobody',
      { hasUnnamedFailure: true },
      { truth: 'unknown', word: 'failed, not named', sinceMs: null },
    ],
    [
      'no outcome yet',
      { hasOutcomes: false, named: null },
      { truth: 'unknown', word: 'no outcome yet', sinceMs: null },
    ],
  ])('%s', (_, part, verdict) => {
    expect(emails(part)).toEqual(verdict)
  })

  test('failures are counted in words', () => {
    expect([0, 1, 1200].map(failedWords)).toEqual(['none failed', '1 failed', '1\u202F200 failed'])
  })
})
