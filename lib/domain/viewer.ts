import type { Role } from './role.ts'

/** A signed-in person, as their session's row says at this moment. */
export interface Person {
  readonly kind: 'person'
  readonly sessionId: string
  /** The identity provider's stable id of the person. */
  readonly sub: string
  readonly name: string
  readonly role: Role
}

/** A wallboard that holds a valid token. It sees the wall's view and nothing else. */
export interface WallScreen {
  readonly kind: 'wall'
  readonly tokenId: string
}

/** Who looks. */
export type Viewer = Person | WallScreen

/** What the viewer may do, in one word; results may be shared among viewers of the same rank. */
export function rankOf(viewer: Viewer): Role | 'wall' {
  return viewer.kind === 'wall' ? 'wall' : viewer.role
}

/** The viewer as the audit names them: `person:<sub>` or `wall:<token id>`; `anonymous` for nobody. */
export function actorOf(viewer: Viewer | null): string {
  if (viewer === null) return 'anonymous'
  return viewer.kind === 'wall' ? `wall:${viewer.tokenId}` : `person:${viewer.sub}`
}
