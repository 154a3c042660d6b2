import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { interactionPolicy, Provider } from 'oidc-provider'
import type { Configuration, JWK } from 'oidc-provider'

import { listen } from '#world/listen.ts'
import type { Handler } from '#world/listen.ts'
import { readBody } from '#world/read-body.ts'
import { escapeHtml, replyHtml } from '#world/reply.ts'
import type { RequestLog } from '#world/request-log.ts'

import { renderLoginPage } from './login-page.ts'
import { createMemoryAdapters } from './memory-adapter.ts'
import { PEOPLE } from './people.ts'

export const OIDC_CLIENT_ID = 'spillway'
const SESSION_COOKIE = 'sandbox.session'
const CALLBACK_PATH = '/api/auth/callback/oidc'

export interface OidcServer {
  /** The issuer, as discovery and ID tokens state it. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly stop: () => Promise<void>
}

export interface OidcServerOptions {
  readonly port?: number
  readonly log: RequestLog
  /** Base address of the app, e.g. `http://localhost:3000`. Any port of this machine is accepted besides. */
  readonly appUrl?: string | undefined
}

/** A real OpenID Connect provider with the sandbox's people: authorization code with PKCE, no consent screen, always asks who. */
export async function startOidcServer(options: OidcServerOptions): Promise<OidcServer> {
  // The issuer is part of the provider's configuration, and known only once something listens.
  let answer: Handler | undefined
  const listening = await listen((request, response) => answer?.(request, response), options.port)
  const clientSecret = randomBytes(24).toString('base64url')
  const provider = new Provider(listening.url, configuration(clientSecret, options.appUrl ?? 'http://localhost:3000'))
  allowLocalCallbacks(provider)
  const respond = provider.callback()
  answer = async (request, response) => {
    const path = new URL(request.url ?? '/', listening.url).pathname
    response.on('close', () => {
      options.log.append({
        service: 'oidc',
        operation: `${request.method ?? 'GET'} ${path.split('/').slice(0, 2).join('/')}`,
        caller: 'browser',
        status: response.statusCode,
        request: null,
        response: null,
      })
    })
    if (path === '/auth' || path.startsWith('/auth/')) forgetSession(request)
    if (path.startsWith('/interaction/')) await answerInteraction(provider, request, response)
    else await respond(request, response)
  }
  return { issuer: listening.url, clientId: OIDC_CLIENT_ID, clientSecret, stop: listening.stop }
}

function configuration(clientSecret: string, appUrl: string): Configuration {
  const policy = interactionPolicy.base()
  policy.remove('consent')
  return {
    adapter: createMemoryAdapters(),
    clients: [
      {
        client_id: OIDC_CLIENT_ID,
        client_secret: clientSecret,
        redirect_uris: [`${appUrl}${CALLBACK_PATH}`],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    claims: { openid: ['sub', 'roles'], profile: ['name'], email: ['email', 'email_verified'] },
    scopes: ['openid', 'profile', 'email'],
    // Clients read the claims from the ID token; without this they would need the userinfo call.
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { policy, url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => false },
    cookies: {
      keys: [randomBytes(24).toString('hex')],
      names: { session: SESSION_COOKIE, interaction: 'sandbox.interaction', resume: 'sandbox.resume' },
    },
    jwks: { keys: [signingKey()] },
    ttl: { Interaction: 3600, Session: 3600, Grant: 3600, AccessToken: 3600, IdToken: 3600 },
    renderError: (ctx, { error, error_description: description }) => {
      ctx.type = 'html'
      ctx.body = `<p>${escapeHtml(`${error}: ${description ?? 'no reason given'}`)}</p>`
    },
    findAccount: (_ctx, id) => findAccount(id),
    loadExistingGrant: async (ctx) => {
      const { client, session, provider } = ctx.oidc
      if (client === undefined || session?.accountId === undefined) return undefined
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope('openid profile email')
      await grant.save()
      return grant
    },
  }
}

function findAccount(id: string): ReturnType<NonNullable<Configuration['findAccount']>> {
  const person = PEOPLE.find((candidate) => candidate.id === id)
  if (person === undefined) return undefined
  const claims = {
    sub: person.id,
    name: person.name,
    email: person.email,
    email_verified: true,
    roles: [...person.roles],
  }
  return { accountId: person.id, claims: () => claims }
}

/** A fresh key a start: nobody keeps the sandbox's tokens. */
function signingKey(): JWK {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'sandbox' }
}

/** Any port of this machine may be the app: a journey often learns its port after the sandbox has started. */
function allowLocalCallbacks(provider: Provider): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const allowed = provider.Client.prototype.redirectUriAllowed
  provider.Client.prototype.redirectUriAllowed = function redirectUriAllowed(uri: string) {
    const { hostname, pathname } = URL.canParse(uri) ? new URL(uri) : { hostname: '', pathname: '' }
    if (['localhost', '127.0.0.1', '[::1]'].includes(hostname) && pathname === CALLBACK_PATH) return true
    return allowed.call(this, uri)
  }
}

/** A session of the provider would sign the same person in again without asking; here everybody wants to change places. */
function forgetSession(request: IncomingMessage): void {
  const kept = (request.headers.cookie ?? '').split(/; */).filter((pair) => !pair.startsWith(SESSION_COOKIE))
  request.headers.cookie = kept.join('; ')
}

async function answerInteraction(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') {
    const { uid } = await provider.interactionDetails(request, response)
    replyHtml(response, renderLoginPage(`/interaction/${uid}`))
    return
  }
  const form = new URLSearchParams((await readBody(request)).toString('utf8'))
  const person = PEOPLE.find((candidate) => candidate.id === form.get('person'))
  if (person === undefined) {
    replyHtml(response, '<p>Nobody of that name lives here. Go back and choose a person.</p>', 400)
    return
  }
  await provider.interactionFinished(request, response, { login: { accountId: person.id } })
}
