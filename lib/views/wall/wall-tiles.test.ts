import { expect, test } from 'vitest'
import type { Truth } from '#lib/domain/truth.ts'
import type { EmailStage, QueueStage, ServiceStage } from '#lib/views/overview/contract.ts'
import type { QueueRow } from '#lib/views/shared.ts'
import { wallTiles, type WallParts } from './wall-tiles.ts'

function row(name: string, truth: Truth, visible: number | null = 0): QueueRow {
  return {
    name,
    label: name,
    truth,
    word: 'word',
    sinceMs: null,
    visible,
    inFlight: 0,
    delayed: 0,
    depthAsOfMs: 1,
    depthUnknownSinceMs: null,
    sent: null,
    deleted: null,
    received: null,
    flowAsOfMs: null,
    flowUnknownSinceMs: null,
    oldestAgeSeconds: null,
    isFifo: false,
    dlq: null,
    service: null,
    deadLetterOf: [],
    spark: [],
  }
}

function stage(name: string, truth: Truth): QueueStage {
  return { kind: 'queue', row: row(name, truth), windowMinutes: 60, leak: null, leakSinceMs: null }
}

function service(name: string, truth: Truth): ServiceStage {
  return {
    kind: 'service',
    name,
    truth,
    word: 'word',
    sinceMs: null,
    errors: 0,
    asOfMs: 1,
    unknownSinceMs: null,
    isWatched: true,
  }
}

const EMAILS: EmailStage = {
  kind: 'emails',
  label: 'onboarding e-mail',
  truth: 'ok',
  word: 'nobody without',
  sinceMs: null,
  delivered: 9,
  accepted: 0,
  failed: 2,
  asOfMs: 1,
  unknownSinceMs: null,
  isFailing: false,
}
const NOBODY = { named: 0, byFailure: 0, byOverdue: 0, byNoNotification: null, countable: null, sinceMs: null }

function tiles(part: Partial<WallParts>): ReturnType<typeof wallTiles> {
  return wallTiles({
    people: NOBODY,
    emails: EMAILS,
    emailSource: { state: 'ok', sinceMs: null },
    stages: [],
    dlqs: [],
    services: [],
    ...part,
  })
}

test('seven tiles at most, worst first, and what is wrong is never pushed off by what is well', () => {
  const shown = tiles({
    stages: ['a', 'b', 'c', 'd'].map((name) => stage(name, 'ok')),
    dlqs: [row('a-dlq', 'ok'), row('b-dlq', 'bad', 12)],
    services: [service('sync', 'unknown'), service('details', 'bad'), service('mail', 'ok')],
  })
  expect(shown.map(({ id }) => id)).toEqual([
    'queue:b-dlq',
    'service:details',
    'service:sync',
    'people',
    'queue:a',
    'queue:b',
    'emails-failed',
  ])
})

test('people without come first among what is bad', () => {
  const shown = tiles({
    people: { ...NOBODY, named: 37, sinceMs: 5 },
    emails: { ...EMAILS, truth: 'bad', word: '37 without', sinceMs: 5 },
    stages: [stage('a', 'bad')],
  })
  expect(shown[0]).toMatchObject({ id: 'people', figure: 37, truth: 'bad', word: '37 without', sinceMs: 5 })
})

test('profiles that can only be counted make the tile bad, and are its figure where nobody is named', () => {
  expect(tiles({ people: { ...NOBODY, countable: 12 } })[0]).toMatchObject({
    id: 'people',
    truth: 'bad',
    figure: 12,
    word: 'about, not named',
  })
  expect(tiles({ people: { ...NOBODY, named: 3, countable: 12 } })[0]).toMatchObject({
    figure: 3,
    word: 'and about 12 not named',
  })
})

test('while e-mails are not seen nothing about them is a zero or good', () => {
  const shown = tiles({
    emails: { ...EMAILS, truth: 'unknown', word: 'not seen', sinceMs: 5, failed: 0 },
    emailSource: { state: 'failing', sinceMs: 5 },
  })
  expect(shown).toMatchObject([
    { id: 'people', truth: 'unknown', figure: null, word: 'not seen', sinceMs: 5 },
    { id: 'emails-failed', truth: 'unknown', figure: null, word: 'not seen', sinceMs: 5 },
  ])
})

test('people stay without while e-mails are not seen, but failures of the day are not known', () => {
  const shown = tiles({
    people: { ...NOBODY, named: 3, sinceMs: 2 },
    emails: { ...EMAILS, truth: 'bad', word: '3 without', sinceMs: 2 },
    emailSource: { state: 'failing', sinceMs: 5 },
  })
  expect(shown).toMatchObject([
    { id: 'people', truth: 'bad', figure: 3 },
    { id: 'emails-failed', truth: 'unknown', figure: 2, word: 'not seen', sinceMs: 5 },
  ])
})

test('with nothing connected the one tile says so', () => {
  const nothing = {
    named: null,
    byFailure: null,
    byOverdue: null,
    byNoNotification: null,
    countable: null,
    sinceMs: null,
  }
  expect(
    tiles({ people: nothing, emails: null, emailSource: { state: 'not-configured', sinceMs: null } }),
  ).toMatchObject([{ id: 'people', truth: 'unknown', figure: null, word: 'not connected' }])
})

test('a queue that lets nothing out shows all that is stuck in it, in flight or not', () => {
  const leaking: QueueStage = {
    ...stage('profile-created', 'bad'),
    row: { ...row('profile-created', 'bad'), inFlight: 33 },
    leak: '20 sent, 0 processed',
    leakSinceMs: 5,
  }
  expect(tiles({ stages: [leaking] })[0]).toMatchObject({
    figure: 33,
    unit: 'stuck',
    word: '20 sent, 0 processed',
    sinceMs: 5,
  })
})

test('failures that a finding holds to be unusual make their tile bad', () => {
  expect(tiles({ emails: { ...EMAILS, isFailing: true } })).toMatchObject([
    { id: 'emails-failed', truth: 'bad', word: '2 failed' },
    { id: 'people' },
  ])
})

test('a service without a Sentry project takes no place on the wall', () => {
  const unwatched = { ...service('tis-sync', 'unknown'), isWatched: false }
  expect(tiles({ services: [unwatched] }).map(({ id }) => id)).toEqual(['people', 'emails-failed'])
})

test('people who were left without stay so where outcomes are only imported, as in the sentence above', () => {
  expect(
    tiles({
      people: { ...NOBODY, named: 5, sinceMs: 2 },
      emails: null,
      emailSource: { state: 'not-configured', sinceMs: null },
    }),
  ).toMatchObject([{ id: 'people', truth: 'bad', figure: 5, word: 'as last told', sinceMs: 2 }])
})
