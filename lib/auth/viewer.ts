import 'server-only'
import { getToken } from 'next-auth/jwt'
import { cookies } from 'next/headers'
import { redirect, unauthorized } from 'next/navigation'
import { cache } from 'react'
import { getEnv } from '#lib/config/env.ts'
import { ROLES, type Role } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import type { Person, Viewer, WallScreen } from '#lib/domain/viewer.ts'
import { withStore } from '#lib/store/outage.ts'
import { getSession } from '#lib/store/sessions.ts'
import { sessionCookieName, WALL_COOKIE } from './cookies.ts'
import { findWallScreen, isWallTokenValid } from './wall-screen.ts'

export type { Person, Viewer, WallScreen } from '#lib/domain/viewer.ts'

/**
 * The person behind this request, or null. Their session's row is read each time (once a request), so that a changed role or a
 * revocation counts at once. A store that does not answer is a `StoreOutage`, never a sign-out.
 */
export const getViewer = cache(async (): Promise<Person | null> => {
  const sessionId = await sessionIdOfRequest()
  return sessionId === null ? null : findPerson(sessionId, Date.now())
})

/** The wallboard behind this request, or null when its token is missing, unknown or revoked. */
export const getWallViewer = cache(async (): Promise<WallScreen | null> => {
  const secret = (await cookies()).get(WALL_COOKIE)?.value
  return secret === undefined ? null : findWallScreen(secret, Date.now())
})

/** A person if one is signed in, else the wallboard, else null. */
export async function getAnyViewer(): Promise<Viewer | null> {
  return (await getViewer()) ?? (await getWallViewer())
}

/** For a page of the team: the person, or off to sign in and back to `backTo`. */
export async function requirePerson(backTo: string): Promise<Person> {
  return (await getViewer()) ?? redirect(routes.signIn(backTo))
}

/** For the wall's page: the wallboard (or a person who looks at it), or HTTP 401 with app/wall/unauthorized. */
export async function requireWallViewer(): Promise<Viewer> {
  return (await getWallViewer()) ?? (await getViewer()) ?? unauthorized()
}

/** The person of a session that is neither expired nor revoked; null otherwise. */
export async function findPerson(sessionId: string, nowMs: number): Promise<Person | null> {
  const row = await withStore((db) => getSession(db.orm, sessionId))
  if (row === null || row.revokedAtMs !== null || row.expiresAtMs <= nowMs || !isRole(row.role)) return null
  return { kind: 'person', sessionId, sub: row.sub, name: row.name, role: row.role }
}

/** False when the viewer's session or token has ended since they were admitted. */
export async function isStillWelcome(viewer: Viewer): Promise<boolean> {
  return viewer.kind === 'wall'
    ? isWallTokenValid(viewer.tokenId)
    : (await findPerson(viewer.sessionId, Date.now())) !== null
}

async function sessionIdOfRequest(): Promise<string | null> {
  const secret = getEnv().SPILLWAY_SECRET
  if (secret === undefined) return null
  const all = (await cookies()).getAll()
  const token = await getToken({
    // getToken reads these two fields alone, whatever server the request came from.
    req: { cookies: Object.fromEntries(all.map(({ name, value }) => [name, value])), headers: {} } as Parameters<
      typeof getToken
    >[0]['req'],
    cookieName: sessionCookieName(),
    secret,
  })
  return typeof token?.sid === 'string' ? token.sid : null
}

function isRole(value: string): value is Role {
  return ROLES.some((role) => role === value)
}
