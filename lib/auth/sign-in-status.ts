import 'server-only'
import { getEnv, type Env } from '#lib/config/env.ts'

export type SignInStatus =
  | { readonly state: 'configured' }
  /** Names of the environment variables that are not set. */
  | { readonly state: 'missing'; readonly names: readonly string[] }

const NEEDED = ['SPILLWAY_SECRET', 'OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const

/** Whether people can sign in, and if not, which settings are missing. */
export function signInStatus(env: Env = getEnv()): SignInStatus {
  const names = NEEDED.filter((name) => env[name] === undefined)
  return names.length === 0 ? { state: 'configured' } : { state: 'missing', names }
}
