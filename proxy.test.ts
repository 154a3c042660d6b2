import { NextRequest } from 'next/server'
import { beforeEach, expect, test } from 'vitest'
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
