import { expect, test } from 'vitest'
import { checkSignedRequest, signRequest } from './signed-request.ts'

const SECRET = 'a secret of at least thirty-two characters'
const PATH = '/api/admin/tokens'
const NOW_MS = Date.UTC(2026, 0, 5, 12)

function signed(body: string, atMs = NOW_MS): Headers {
  return new Headers(signRequest(SECRET, PATH, body, atMs))
}

test('a request signed with the secret passes once and not twice', () => {
  const headers = signed('{"do":"list"}')
  checkSignedRequest(SECRET, { path: PATH, body: '{"do":"list"}', headers: headers }, NOW_MS + 1_000)
  expect(() =>
    checkSignedRequest(SECRET, { path: PATH, body: '{"do":"list"}', headers: headers }, NOW_MS + 2_000),
  ).toThrow(/used before/)
})

test('a changed body, path or secret is refused', () => {
  const headers = signed('{"do":"list"}')
  const refused = /signature does not fit/
  expect(() => checkSignedRequest(SECRET, { path: PATH, body: '{"do":"revoke"}', headers: headers }, NOW_MS)).toThrow(
    refused,
  )
  expect(() =>
    checkSignedRequest(SECRET, { path: '/api/admin/other', body: '{"do":"list"}', headers: headers }, NOW_MS),
  ).toThrow(refused)
  expect(() =>
    checkSignedRequest(`${SECRET}!`, { path: PATH, body: '{"do":"list"}', headers: headers }, NOW_MS),
  ).toThrow(refused)
  expect(() =>
    checkSignedRequest(SECRET, { path: PATH, body: '{"do":"list"}', headers: new Headers() }, NOW_MS),
  ).toThrow(refused)
})

test('a request older than a minute is refused, and one from a clock that runs ahead too', () => {
  const late = /older than a minute/
  expect(() => checkSignedRequest(SECRET, { path: PATH, body: 'x', headers: signed('x') }, NOW_MS + 61_000)).toThrow(
    late,
  )
  expect(() =>
    checkSignedRequest(SECRET, { path: PATH, body: 'x', headers: signed('x', NOW_MS + 61_000) }, NOW_MS),
  ).toThrow(late)
})
