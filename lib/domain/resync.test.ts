import { expect, test } from 'vitest'
import { nextResyncState, renderResyncUrl, resyncProofWords } from './resync.ts'

test.each([
  ['900042', 'https://x.example/sync/900042?full=1'],
  ['a/../b', 'https://x.example/sync/a%2F..%2Fb?full=1'],
  ['a?b#c', 'https://x.example/sync/a%3Fb%23c?full=1'],
])('the reference %s stays in its place of the address', (ref, url) => {
  expect(renderResyncUrl('https://x.example/sync/{ref}?full=1', ref)).toBe(url)
  expect(new URL(url).href).toBe(url)
})

test.each(['.', '..'])('the reference %s has no address: it would go up the path', (ref) => {
  expect(renderResyncUrl('https://x.example/sync/{ref}', ref)).toBeNull()
})

test('the proof names what went out, and what is left by its reason', () => {
  const proof = {
    people: 1150,
    asked: 1150,
    withEmail: 1110,
    withoutAddress: 40,
    possibleDuplicates: 0,
    skipped: 0,
    refused: 0,
    failedAgain: 0,
  }
  expect(resyncProofWords(proof)).toBe('1\u202f110 of 1\u202f150 sent since; 40 still have no address in the source')
  expect(resyncProofWords({ ...proof, withEmail: 1090, failedAgain: 10, skipped: 5, refused: 4 })).toBe(
    '1\u202f090 of 1\u202f150 sent since; 40 still have no address in the source; 10 failed again; 5 had theirs before they were asked for; 4 could not be asked for; 1 is still open',
  )
})

test('a plan is started or discarded, what runs is paused or stopped, and what is over stays over', () => {
  expect(nextResyncState('planned', 'start')).toBe('running')
  expect(nextResyncState('planned', 'pause')).toBeNull()
  expect(nextResyncState('paused', 'resume')).toBe('running')
  for (const verb of ['start', 'pause', 'resume', 'stop'] as const)
    for (const state of ['stopped', 'done'] as const) expect(nextResyncState(state, verb)).toBeNull()
})
