/** Roles in rising order: each may do what those before it may. */
export const ROLES = ['viewer', 'responder', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** True when `have` may do what asks for `need`. */
export function hasRole(have: Role, need: Role): boolean {
  return ROLES.indexOf(have) >= ROLES.indexOf(need)
}

/** The highest of the claim's values that is a role; null when none is. The claim may be one text or a list. */
export function roleOfClaim(claim: unknown): Role | null {
  const values = Array.isArray(claim) ? claim : [claim]
  return ROLES.toReversed().find((role) => values.includes(role)) ?? null
}
