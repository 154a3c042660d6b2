import 'server-only'
import type { NextAuthOptions } from 'next-auth'
import type { OAuthConfig } from 'next-auth/providers/oauth'
import { getEnv, type Env } from '#lib/config/env.ts'
import { getLog } from '#lib/config/log.ts'
import { roleOfClaim } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import { cookieOptions, sessionCookieName } from './cookies.ts'
import { canStartSession, endSession, startSession, SESSION_SECONDS } from './sessions.ts'

/** Claims of an identity provider, of which Spillway reads the subject, a name and the role. */
type Claims = Readonly<Record<string, unknown>>

/** The provider's id at next-auth: part of the redirect address that is registered at the identity provider. */
export const OIDC_PROVIDER_ID = 'oidc'

/** How people sign in: one OIDC issuer, checked by PKCE, state and nonce. The cookie holds a session id and nothing else. */
export function signInOptions(env: Env = getEnv()): NextAuthOptions {
  return {
    ...(env.SPILLWAY_SECRET === undefined ? {} : { secret: env.SPILLWAY_SECRET }),
    providers: [oidcProvider(env)],
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    cookies: { sessionToken: { name: sessionCookieName(), options: cookieOptions() } },
    pages: { signIn: routes.signIn(), error: routes.signIn() },
    callbacks: {
      signIn: async ({ profile }) => {
        const claims: Claims = { ...profile }
        if (roleOfClaim(claims[env.OIDC_ROLE_CLAIM]) === null) return `${routes.signIn()}?error=no-role`
        return (await canStartSession()) ? true : `${routes.signIn()}?error=store`
      },
      jwt: async ({ token, profile }) => {
        if (profile === undefined) return typeof token.sid === 'string' ? { sid: token.sid } : {}
        return { sid: await startSession(personOf({ ...profile }, env.OIDC_ROLE_CLAIM)) }
      },
      // Pages ask the viewer, never next-auth: its session says nothing.
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: {
      signOut: async ({ token }) => {
        if (typeof token?.sid === 'string') await endSession(token.sid)
      },
    },
    logger: nextAuthLog(),
  }
}

function oidcProvider(env: Env): OAuthConfig<Claims> {
  const issuer = env.OIDC_ISSUER?.replace(/\/$/, '') ?? ''
  return {
    id: OIDC_PROVIDER_ID,
    name: 'Single sign-on',
    type: 'oauth',
    wellKnown: `${issuer}/.well-known/openid-configuration`,
    clientId: env.OIDC_CLIENT_ID ?? '',
    clientSecret: env.OIDC_CLIENT_SECRET ?? '',
    authorization: { params: { scope: 'openid profile' } },
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    userinfo: { request: ({ tokens, client }) => claimsOf(tokens, client, env.OIDC_ROLE_CLAIM) },
    profile: (claims) => ({ id: String(claims.sub) }),
  }
}

interface UserinfoClient {
  readonly issuer: { readonly metadata: { readonly userinfo_endpoint?: unknown } }
  readonly userinfo: (accessToken: string) => Promise<Claims>
}

/** The ID token's claims; where they lack the role, those of the userinfo endpoint besides, since many providers tell roles only there. */
async function claimsOf(tokens: unknown, client: UserinfoClient, roleClaim: string): Promise<Claims & { sub: string }> {
  if (!isTokenSet(tokens)) throw new TypeError('the identity provider sent no ID token')
  const claims = tokens.claims()
  if (claims[roleClaim] !== undefined || tokens.access_token === undefined) return claims
  if (client.issuer.metadata.userinfo_endpoint === undefined) return claims
  const told = await client.userinfo(tokens.access_token)
  // OpenID Connect Core 5.3.2: an answer about somebody else must not be used.
  return told.sub === claims.sub ? { ...told, ...claims } : claims
}

/** openid-client's checked answer of the token endpoint, which next-auth's types do not tell of. */
function isTokenSet(
  tokens: unknown,
): tokens is { claims: () => Claims & { sub: string }; access_token?: string | undefined } {
  return typeof tokens === 'object' && tokens !== null && 'claims' in tokens && typeof tokens.claims === 'function'
}

function personOf(claims: Claims, roleClaim: string): Parameters<typeof startSession>[0] {
  const role = roleOfClaim(claims[roleClaim])
  const { sub } = claims
  if (role === null || typeof sub !== 'string')
    throw new TypeError('a sign-in without role or subject got past its check')
  const name = [claims.name, claims.preferred_username].find((value) => typeof value === 'string' && value !== '')
  return { sub, name: typeof name === 'string' ? name : sub, role }
}

/** next-auth's own words without their metadata, which holds tokens and claims. */
function nextAuthLog(): NonNullable<NextAuthOptions['logger']> {
  return {
    error: (code, metadata) => getLog().error({ code, reason: reasonOf(metadata) }, 'sign-in failed'),
    warn: (code) => getLog().debug({ code }, 'sign-in warning'),
    debug: () => undefined,
  }
}

function reasonOf(metadata: unknown): string {
  if (metadata instanceof Error) return metadata.message
  if (typeof metadata !== 'object' || metadata === null || !('error' in metadata)) return 'no reason given'
  return metadata.error instanceof Error ? metadata.error.message : 'no reason given'
}
