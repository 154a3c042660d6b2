import { NextRequest } from 'next/server'
import { beforeEach, expect, test } from 'vitest'
import { ADDRESS_HEADER } from '#lib/auth/address-header.ts'
import { routes } from '#lib/domain/routes.ts'
import { asProcessEnv } from '#lib/testing/as-process-store.ts'
import { proxy } from './proxy.ts'

beforeEach(() => asProcessEnv({}))

function ask(path: string, init: { method?: string; cookie?: string } = {}): Response {
  const headers = new Headers(init.cookie === undefined ? {} : { cookie: init.cookie })
  return proxy(new NextRequest(`http://127.0.0.1:3000${path}`, { method: init.method ?? 'GET', headers }))
}

test('a visit without a session cookie goes to sign in, and comes back to where it was bound', () => {
  const answer = ask('/queues/orders.fifo?range=7d')
  expect(answer.status).toBe(307)
  const target = new URL(answer.headers.get('location') ?? '')
  expect([target.pathname, target.searchParams.get('callbackUrl')]).toEqual([
    '/sign-in',
    '/queues/orders.fifo?range=7d',
  ])
})

test('a link to an incident at a moment keeps its moment through the sign-in', () => {
  const link = routes.incident('INC-7', { fromMs: 1_730_975_400_000, toMs: 1_730_975_580_000 })
  const target = new URL(ask(link).headers.get('location') ?? '')
  expect(target.pathname).toBe('/sign-in')
  expect(target.searchParams.get('callbackUrl')).toBe('/i/INC-7?from=1730975400000&to=1730975580000')
  expect([...target.searchParams.keys()]).toEqual(['callbackUrl'])
})

test('a page learns where it was asked for, so that a session that ended leads back there; nobody else says it', () => {
  const link = '/i/INC-7?from=1&to=2'
  const headers = new Headers({ cookie: 'spillway-session=ended', [ADDRESS_HEADER]: 'https://evil.example' })
  const answer = proxy(new NextRequest(`http://127.0.0.1:3000${link}`, { headers }))
  expect(answer.headers.get(`x-middleware-request-${ADDRESS_HEADER}`)).toBe(link)
})

test('a page gets a policy with a nonce of its own each time', () => {
  const policies = [1, 2].map(() => ask('/sign-in').headers.get('content-security-policy') ?? '')
  expect(policies[0]).toMatch(/script-src 'self' 'nonce-[\w+/=]{24}' 'strict-dynamic';/)
  expect(policies[0]).not.toContain('unsafe-eval')
  expect(new Set(policies).size).toBe(2)
})

test('with a session cookie the page itself decides, and the cookie is not judged here', () => {
  expect(ask('/', { cookie: 'spillway-session=anything' }).headers.get('x-middleware-next')).toBe('1')
})

test('a server action is let through, so that it can refuse in words', () => {
  expect(ask('/settings', { method: 'POST' }).headers.get('x-middleware-next')).toBe('1')
})

test('a wall’s token leaves the address and becomes a cookie that scripts cannot read', () => {
  const answer = ask('/wall?token=spw_wall_secret')
  const target = new URL(answer.headers.get('location') ?? '')
  expect([target.pathname, target.search]).toEqual(['/wall', ''])
  expect(answer.headers.get('set-cookie')).toMatch(
    /^spillway-wall=spw_wall_secret; Path=\/;.* HttpOnly; SameSite=lax$/i,
  )
  expect(ask('/wall').headers.get('x-middleware-next')).toBe('1')
})

test('over https the wall’s cookie travels by https alone', () => {
  asProcessEnv({ SPILLWAY_URL: 'https://spillway.example' })
  expect(ask('/wall?token=x').headers.get('set-cookie')).toMatch(/; Secure/i)
})
