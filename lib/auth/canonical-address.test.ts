import { expect, test } from 'vitest'
import { canonicalAddress } from './canonical-address.ts'

const place = { pathname: '/queues/a b', search: '?range=24h' }

test('another name of this machine is led to the one in SPILLWAY_URL, with its path', () => {
  expect(canonicalAddress('localhost:3000', place, 'http://127.0.0.1:3000/')).toBe(
    'http://127.0.0.1:3000/queues/a%20b?range=24h',
  )
})

test('the right host, another port and another machine are left alone', () => {
  expect(canonicalAddress('127.0.0.1:3000', place, 'http://127.0.0.1:3000')).toBeNull()
  expect(canonicalAddress('localhost:3001', place, 'http://127.0.0.1:3000')).toBeNull()
  expect(canonicalAddress('spillway.example', place, 'http://127.0.0.1:3000')).toBeNull()
  expect(canonicalAddress('localhost:3000', place, 'https://spillway.example')).toBeNull()
  expect(canonicalAddress(null, place, 'http://127.0.0.1:3000')).toBeNull()
})

test('a path that starts with two slashes leads to no other host', () => {
  const address = canonicalAddress(
    'localhost:3000',
    { pathname: '//evil.example/x', search: '' },
    'http://127.0.0.1:3000',
  )
  expect(new URL(address ?? '').host).toBe('127.0.0.1:3000')
})
