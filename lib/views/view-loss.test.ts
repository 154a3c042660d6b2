import { expect, test } from 'vitest'
import { ViewError } from './fetch-view.ts'
import { lossKind, lossWhileLate, nextLoss, type ViewLoss } from './view-loss.ts'

test.each([
  ['slow', 'slow'],
  ['unreachable', 'lost'],
  [null, 'lost'],
  ['store_unavailable', 'store'],
  ['not_signed_in', 'refused'],
  ['forbidden', 'refused'],
  ['internal', 'failed'],
  ['not_found', 'failed'],
] as const)('%s says of the server: %s', (code, kind) => {
  expect(lossKind(code)).toBe(kind)
})

/** A moment of one day, by its clock. */
function at(clock: string): number {
  return Date.parse(`2026-11-22T${clock}:00Z`)
}

const LAST_ANSWER = '13:59'

type Failure = ViewError['code'] | 'a fault of the page'
/** A question that failed, or whose answer takes long while the server is heard besides or is not. */
type Word = Failure | 'late, heard' | 'late, not heard'
/** What happened when, and what a page then says; `ownWord` is since when the server itself says so. */
type Step = readonly [clock: string, word: Word, kind: ViewLoss['kind'], since: string, ownWord?: string]

function errorOf(failure: Failure, ownWord: string | undefined): Error {
  if (failure === 'a fault of the page') return new TypeError('x is not a function')
  return new ViewError(failure, ownWord === undefined ? null : at(ownWord))
}

const SEQUENCES: readonly (readonly [what: string, steps: readonly Step[]])[] = [
  [
    'a server that dies while its store is down is not reached since it died',
    [
      ['14:00', 'store_unavailable', 'store', '14:00'],
      ['14:10', 'store_unavailable', 'store', '14:00'],
      ['14:30', 'unreachable', 'lost', '14:30'],
      ['14:40', 'unreachable', 'lost', '14:30'],
    ],
  ],
  [
    'a server that comes back without its store',
    [
      ['14:00', 'unreachable', 'lost', '14:00'],
      ['14:30', 'store_unavailable', 'store', '14:29', '14:29'],
      ['14:31', 'unreachable', 'lost', '14:31'],
    ],
  ],
  [
    'what the server says of since when counts, also when it says otherwise later',
    [
      ['14:00', 'store_unavailable', 'store', '13:58', '13:58'],
      ['14:30', 'store_unavailable', 'store', '14:20', '14:20'],
      ['14:31', 'store_unavailable', 'store', '14:20'],
    ],
  ],
  [
    'a slow server that is lost in the end is lost since then',
    [
      ['14:00', 'late, heard', 'slow', LAST_ANSWER],
      ['14:01', 'slow', 'slow', LAST_ANSWER],
      ['14:10', 'unreachable', 'lost', '14:10'],
    ],
  ],
  [
    'a first answer that is late is slow, whatever else is heard',
    [
      ['14:00', 'late, not heard', 'slow', LAST_ANSWER],
      ['14:01', 'unreachable', 'lost', '14:01'],
    ],
  ],
  [
    'a lost server is slow only when it is heard again, and a loss after that is a new one',
    [
      ['14:00', 'unreachable', 'lost', '14:00'],
      ['14:10', 'late, not heard', 'lost', '14:00'],
      ['14:20', 'a fault of the page', 'lost', '14:00'],
      ['14:30', 'late, heard', 'slow', LAST_ANSWER],
      ['14:40', 'unreachable', 'lost', '14:40'],
    ],
  ],
  [
    'what the server said of its trouble stands while the next answer takes long',
    [
      ['14:00', 'store_unavailable', 'store', '14:00'],
      ['14:10', 'late, heard', 'store', '14:00'],
      ['14:20', 'internal', 'failed', '14:20'],
      ['14:30', 'late, heard', 'failed', '14:20'],
      ['14:40', 'conflict', 'failed', '14:20'],
      ['14:50', 'forbidden', 'refused', '14:50'],
      ['14:55', 'late, heard', 'refused', '14:50'],
      ['14:56', 'slow', 'slow', LAST_ANSWER],
    ],
  ],
]

test.each(SEQUENCES)('%s', (_, steps) => {
  let loss: ViewLoss | null = null
  const answerMs = at(LAST_ANSWER)
  for (const [clock, word, kind, since, ownWord] of steps) {
    loss =
      word === 'late, heard' || word === 'late, not heard'
        ? lossWhileLate(loss, word === 'late, heard', answerMs)
        : nextLoss(loss, errorOf(word, ownWord), { answerMs, nowMs: at(clock) })
    expect(loss, clock).toEqual({ kind, sinceMs: at(since) })
  }
})
