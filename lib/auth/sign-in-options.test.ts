import { afterEach, expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { asProcessEnv } from '#lib/testing/as-process-store.ts'
import { closeDb } from '#lib/store/db.ts'
import { signInOptions } from './sign-in-options.ts'
import { sessionCookieName } from './cookies.ts'

const raw = {
  SPILLWAY_SECRET: 'x'.repeat(32),
  OIDC_ISSUER: 'https://id.example/',
  OIDC_CLIENT_ID: 'spillway',
  OIDC_CLIENT_SECRET: 'y',
  OIDC_ROLE_CLAIM: 'groups',
}

function provider() {
  const [oidc] = signInOptions(readEnv(raw).env).providers
  if (oidc === undefined || oidc.type !== 'oauth') throw new Error('no provider')
  return oidc
}

/** What a provider's answers are turned into. */
async function claimsOf(idToken: Record<string, unknown>, userinfo: Record<string, unknown> | null): Promise<unknown> {
  const { userinfo: endpoint } = provider()
  if (typeof endpoint !== 'object' || endpoint.request === undefined) throw new Error('userinfo is not asked')
  const client = {
    issuer: { metadata: userinfo === null ? {} : { userinfo_endpoint: 'https://id.example/me' } },
    userinfo: () => Promise.resolve(userinfo),
  }
  const tokens = { access_token: 'a', claims: () => idToken }
  // openid-client's own objects need a server; these are the parts of them that are read.
  const context = { client, tokens, provider: provider() } as unknown as Parameters<typeof endpoint.request>[0]
  return endpoint.request(context)
}

test('the provider is checked by PKCE, state and nonce, and found by its discovery document', () => {
  expect(provider().checks).toEqual(['pkce', 'state', 'nonce'])
  expect(provider().wellKnown).toBe('https://id.example/.well-known/openid-configuration')
})

test('a role that only the userinfo endpoint tells counts, unless it speaks of somebody else', async () => {
  expect(await claimsOf({ sub: 'u1', groups: ['viewer'] }, { sub: 'u1', groups: ['admin'] })).toMatchObject({
    groups: ['viewer'],
  })
  expect(await claimsOf({ sub: 'u1' }, { sub: 'u1', groups: ['admin'] })).toMatchObject({ groups: ['admin'] })
  expect(await claimsOf({ sub: 'u1' }, { sub: 'u2', groups: ['admin'] })).toEqual({ sub: 'u1' })
  expect(await claimsOf({ sub: 'u1' }, null)).toEqual({ sub: 'u1' })
})

test('somebody without a role in the claim is sent back with the reason', async () => {
  const signIn = signInOptions(readEnv(raw).env).callbacks?.signIn
  const profile = { sub: 'u1', roles: ['admin'], groups: ['staff'] }
  expect(await signIn?.({ user: { id: 'u1' }, account: null, profile })).toBe('/sign-in?error=no-role')
})

afterEach(() => closeDb())

test('somebody with a role is sent back while the store does not answer', async () => {
  asProcessEnv({ ...raw, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })
  const signIn = signInOptions(readEnv(raw).env).callbacks?.signIn
  const profile = { sub: 'u1', groups: ['viewer'] }
  expect(await signIn?.({ user: { id: 'u1' }, account: null, profile })).toBe('/sign-in?error=store')
})

test('over https the session cookie is pinned to the host and sent over https alone', () => {
  asProcessEnv({ ...raw, SPILLWAY_URL: 'https://spillway.example' })
  expect(sessionCookieName()).toBe('__Host-spillway-session')
  expect(signInOptions().cookies?.sessionToken).toMatchObject({
    name: '__Host-spillway-session',
    options: { secure: true, httpOnly: true, sameSite: 'lax', path: '/' },
  })
})
