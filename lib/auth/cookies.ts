import 'server-only'
import { getEnv } from '#lib/config/env.ts'

/** The wallboard's token, moved out of its address. */
export const WALL_COOKIE = 'spillway-wall'
/** A wallboard hangs for long; the token behind the cookie can be revoked at any time. */
export const WALL_COOKIE_SECONDS = 400 * 86_400

export interface CookieOptions {
  readonly httpOnly: boolean
  readonly sameSite: 'lax'
  readonly path: string
  readonly secure: boolean
}

/** True where people reach Spillway by https: browsers then keep the cookies off plain http. */
export function areCookiesSecure(): boolean {
  return getEnv().SPILLWAY_URL.startsWith('https://')
}

/** The name says Spillway, because cookies are shared by all ports of a host; `__Host-` pins it to this very host. */
export function sessionCookieName(): string {
  return areCookiesSecure() ? '__Host-spillway-session' : 'spillway-session'
}

export function cookieOptions(): CookieOptions {
  return { httpOnly: true, sameSite: 'lax', path: '/', secure: areCookiesSecure() }
}
