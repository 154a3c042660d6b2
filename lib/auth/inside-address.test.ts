import { expect, test } from 'vitest'
import { insideAddress } from './inside-address.ts'

test('an address of Spillway is kept with its query', () => {
  expect(insideAddress('/queues/a%20b.fifo?range=7d#chart')).toBe('/queues/a%20b.fifo?range=7d#chart')
  expect(insideAddress('/')).toBe('/')
})

test.each([
  '//evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\\evil.example',
  '/.//evil.example',
  '/..//evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  'evil.example',
  '',
  undefined,
])('%j leads to the overview', (address) => {
  expect(insideAddress(address)).toBe('/')
})
