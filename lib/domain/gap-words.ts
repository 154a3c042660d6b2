import type { GapReason } from './gap.ts'

const WORDS: Readonly<Record<GapReason, string>> = {
  denied: 'access was denied',
  throttled: 'too many requests',
  timeout: 'no answer in time',
  unreachable: 'not reachable',
  'not-found': 'not found',
  'invalid-answer': 'an answer that could not be read',
  store: 'Spillway could not store what it read',
  internal: 'a fault inside Spillway',
}

/** Why a reading failed, in words; a reason that this version does not know is shown as it is. */
export function gapWords(reason: string): string {
  return isGapReason(reason) ? WORDS[reason] : reason
}

function isGapReason(reason: string): reason is GapReason {
  return Object.hasOwn(WORDS, reason)
}
