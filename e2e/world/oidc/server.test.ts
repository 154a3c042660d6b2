import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'

import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'

import { RequestLog } from '#world/request-log.ts'

import { PEOPLE } from './people.ts'
import { startOidcServer } from './server.ts'
import type { OidcServer } from './server.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function start(): Promise<OidcServer> {
  const server = await startOidcServer({ log: new RequestLog(), appUrl: 'http://localhost:3000' })
  stops.push(server.stop)
  return server
}

const discoverySchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  userinfo_endpoint: z.string(),
  jwks_uri: z.string(),
})
const tokenSchema = z.object({ access_token: z.string(), id_token: z.string() })
const claimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.string(),
  nonce: z.string(),
  name: z.string(),
  email: z.string(),
  roles: z.array(z.string()),
})

/** A browser that follows redirects by hand and keeps cookies. */
class Browser {
  readonly #cookies = new Map<string, string>()

  async request(url: string, init: { method?: string; body?: URLSearchParams } = {}): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response
  }

  /** Follows redirects as long as they stay on the provider. */
  async follow(
    url: string,
    stayOn: string,
    init?: { method?: string; body?: URLSearchParams },
  ): Promise<{ readonly url: string; readonly response: Response | null }> {
    let response = await this.request(url, init)
    let at = url
    while (response.status >= 300 && response.status < 400) {
      at = new URL(response.headers.get('location') ?? '', at).href
      if (!at.startsWith(stayOn)) return { url: at, response: null }
      response = await this.request(at)
    }
    return { url: at, response }
  }
}

interface SignIn {
  readonly server: OidcServer
  readonly person: string
  readonly browser?: Browser
  readonly redirectUri?: string
}

/** The authorization code flow with PKCE, as the app would run it, up to the verified claims. */
async function signIn({
  browser = new Browser(),
  person,
  redirectUri = 'http://localhost:3000/api/auth/callback/oidc',
  server,
}: SignIn) {
  const discovery = discoverySchema.parse(
    await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json(),
  )
  const verifier = randomBytes(32).toString('base64url')
  const authorize = new URL(discovery.authorization_endpoint)
  authorize.search = new URLSearchParams({
    client_id: server.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  const page = await browser.follow(authorize.href, server.issuer)
  const html = (await page.response?.text()) ?? ''
  const action = /action="([^"]+)"/.exec(html)?.[1] ?? ''
  const back = await browser.follow(new URL(action, server.issuer).href, server.issuer, {
    method: 'POST',
    body: new URLSearchParams({ person }),
  })
  const code = new URL(back.url).searchParams.get('code') ?? ''
  const basic = Buffer.from(`${server.clientId}:${server.clientSecret}`).toString('base64')
  const exchange = (codeVerifier: string) =>
    fetch(discovery.token_endpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: codeVerifier,
      }),
    })
  return { html, callback: back.url, discovery, exchange, verifier }
}

async function verifiedClaims(idToken: string, jwksUri: string): Promise<z.output<typeof claimsSchema>> {
  const [header = '', payload = '', signature = ''] = idToken.split('.')
  const { keys } = z
    .object({ keys: z.array(z.record(z.string(), z.string())) })
    .parse(await (await fetch(jwksUri)).json())
  const key = createPublicKey({ key: keys[0] ?? {}, format: 'jwk' })
  expect(verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))).toBe(true)
  return claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
}

describe('the identity provider', () => {
  test(
    'signs a person in with one click, and the ID token tells name, e-mail and role',
    { timeout: 20_000 },
    async () => {
      const server = await start()
      const { callback, discovery, exchange, verifier } = await signIn({ server, person: 'omar' })
      expect(callback.startsWith('http://localhost:3000/api/auth/callback/oidc?')).toBe(true)
      expect(new URL(callback).searchParams.get('state')).toBe('the-state')
      const tokens = tokenSchema.parse(await (await exchange(verifier)).json())
      expect(await verifiedClaims(tokens.id_token, discovery.jwks_uri)).toMatchObject({
        iss: server.issuer,
        aud: 'spillway',
        sub: 'omar',
        nonce: 'the-nonce',
        name: 'Omar Haddad',
        email: 'omar@team.example',
        roles: ['operator'],
      })
      const info = await fetch(discovery.userinfo_endpoint, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      })
      expect(await info.json()).toMatchObject({ sub: 'omar', roles: ['operator'] })
    },
  )

  test('shows every person with their role, and one who has none', async () => {
    const server = await start()
    const { html } = await signIn({ server, person: 'vera' })
    for (const person of PEOPLE) expect(html).toContain(person.name)
    expect(html).toContain('no role')
  })

  test('asks who it is each time, so that one browser can change places', { timeout: 20_000 }, async () => {
    const server = await start()
    const browser = new Browser()
    const subjects: string[] = []
    for (const person of ['ada', 'nils']) {
      const { discovery, exchange, verifier } = await signIn({ server, person, browser })
      const { id_token } = tokenSchema.parse(await (await exchange(verifier)).json())
      subjects.push((await verifiedClaims(id_token, discovery.jwks_uri)).sub)
    }
    expect(subjects).toEqual(['ada', 'nils'])
  })

  test('takes the app on any port of this machine, and no other place', async () => {
    const server = await start()
    const local = await signIn({ server, person: 'rosa', redirectUri: 'http://127.0.0.1:45871/api/auth/callback/oidc' })
    expect(local.callback.startsWith('http://127.0.0.1:45871/')).toBe(true)
    const away = await signIn({
      server,
      person: 'rosa',
      redirectUri: 'https://elsewhere.example/api/auth/callback/oidc',
    })
    expect(away.html).toContain('redirect_uri')
    expect(new URL(away.callback).searchParams.get('code')).toBeNull()
  })

  test('refuses a code without its PKCE verifier', async () => {
    const server = await start()
    const { exchange } = await signIn({ server, person: 'vera' })
    const answer = await exchange(randomBytes(32).toString('base64url'))
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
  })
})
