import { expect, test } from 'vitest'
import { clipSpan, readSpan, writeSpan } from './span-address.ts'

test('a drawn stretch survives the address', () => {
  const span = { fromMs: 1_763_000_000_000, toMs: 1_763_000_600_000 }
  const query = Object.fromEntries(new URLSearchParams(writeSpan('24h', span)))
  expect(query.range).toBe('24h')
  expect(readSpan(query)).toEqual(span)
})

test.each([{}, { from: 'a', to: 'b' }, { from: '20', to: '10' }, { from: '10' }, { from: '1e400', to: '2' }])(
  'an address like %j asks for no stretch',
  (search: Record<string, string>) => {
    expect(readSpan(search)).toBeNull()
  },
)

test('a stretch is cut to what the chart holds', () => {
  const data = { fromMs: 100, toMs: 200 }
  expect(clipSpan({ fromMs: 50, toMs: 150 }, data)).toEqual({ fromMs: 100, toMs: 150 })
  expect(clipSpan({ fromMs: 10, toMs: 20 }, data)).toBeNull()
  expect(clipSpan(null, data)).toBeNull()
})
