import { hasRole, type Role } from '#lib/domain/role.ts'

/** Why a person may not do something, in words; null where they may. The server decides anew in any case. */
export function roleReason(have: Role, need: Role): string | null {
  return hasRole(have, need) ? null : `This needs the role ${need}; yours is ${have}.`
}
