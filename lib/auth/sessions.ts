import 'server-only'
import { randomBytes } from 'node:crypto'
import type { Role } from '#lib/domain/role.ts'
import { insertAudit } from '#lib/store/audit.ts'
import { withStore } from '#lib/store/outage.ts'
import { getSession, insertSession, revokeSession } from '#lib/store/sessions.ts'

/** A working day and the evening: after that the identity provider is asked anew who somebody is and what they may do. */
export const SESSION_SECONDS = 12 * 3600

/** Opens a session for somebody whom the identity provider vouched for; returns its id. */
export async function startSession(person: { sub: string; name: string; role: Role }): Promise<string> {
  const id = randomBytes(24).toString('base64url')
  const atMs = Date.now()
  await withStore((db) =>
    db.transaction(async (tx) => {
      await insertSession(tx, { id, ...person, createdAtMs: atMs, expiresAtMs: atMs + SESSION_SECONDS * 1000 })
      const detail = { role: person.role }
      await insertAudit(tx, { atMs, actor: `person:${person.sub}`, action: 'sign-in', result: 'done', detail })
    }),
  )
  return id
}

/** False while the store does not answer: asked first, because a sign-in that fails later cannot say why. */
export async function canStartSession(): Promise<boolean> {
  try {
    await withStore((db) => getSession(db.orm, 'none'))
    return true
  } catch {
    return false
  }
}

/** Ends a session at once, wherever its cookie still lies. */
export async function endSession(id: string): Promise<void> {
  await withStore((db) => db.transaction((tx) => revokeSession(tx, id, Date.now())))
}
