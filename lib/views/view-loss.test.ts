import { expect, test } from 'vitest'
import { lossKind } from './view-loss.ts'

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
