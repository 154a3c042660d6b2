import { expect, test } from 'vitest'
import { withoutRepeats, type Mark } from './mark.ts'

const deploy = (seconds: number, given: Partial<Mark> = {}): Mark => ({
  atMs: seconds * 1000,
  kind: 'deploy',
  service: 'sync',
  title: 'sync 1.18.2 deployed',
  version: '1.18.2',
  ...given,
})

test('a deploy that its pipeline and Sentry both tell of is one mark, the first', () => {
  const told = [deploy(0), deploy(4, { title: 'Deployed sync@1.18.2' }), deploy(300)]
  expect(withoutRepeats(told)).toEqual([told[0]])
})

test.each([
  ['another version', deploy(4, { version: '1.18.3' })],
  ['another service', deploy(4, { service: 'notifications' })],
  ['the same one deployed anew later', deploy(301)],
  ['a release', deploy(4, { kind: 'release' })],
  ['one without a version', deploy(4, { version: null })],
])('%s is a mark of its own', (_, other) => {
  expect(withoutRepeats([deploy(0), other])).toHaveLength(2)
  expect(withoutRepeats([deploy(0, { version: null }), deploy(4, { version: null })])).toHaveLength(2)
})
