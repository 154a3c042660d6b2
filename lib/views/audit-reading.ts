import 'server-only'
import { singleton } from '#lib/config/singleton.ts'
import { hasRole } from '#lib/domain/role.ts'
import { actorOf, type Viewer } from '#lib/domain/viewer.ts'
import { insertAudit } from '#lib/store/audit.ts'
import { withStore } from '#lib/store/outage.ts'

/** `open`: a person opens a page. `follow`: a page that is open asks for what changed, or a program asks. */
export type ReadOccasion = 'open' | 'follow'

/** A page that is open asks again every minute at the latest; silence of this length means that it was closed. */
const OPEN_MS = 5 * 60_000
const MOST_REMEMBERED = 2_000

export interface Reading {
  readonly view: string
  /** The view's parameters, understood: plain values without a reference in clear. */
  readonly params: unknown
  readonly occasion: ReadOccasion
}

/**
 * Notes that an operator reads references in clear: one row for each page that they open, none while it stays open. Everybody else
 * sees them masked, and nothing is noted. What cannot be noted is not read: it throws.
 */
export async function auditReading(viewer: Viewer, reading: Reading, nowMs = Date.now()): Promise<void> {
  if (viewer.kind !== 'person' || !hasRole(viewer.role, 'operator')) return
  const { view, params, occasion } = reading
  const key = JSON.stringify([viewer.sessionId, view, params])
  const open = singleton('open-readings', () => new Map<string, number>())
  const isOpen = occasion === 'follow' && nowMs - (open.get(key) ?? -Infinity) < OPEN_MS
  if (!isOpen) {
    const detail = { view, ...plain(params) }
    const entry = { atMs: nowMs, actor: actorOf(viewer), action: 'read-references', result: 'done', detail } as const
    await withStore((db) => insertAudit(db.orm, entry))
  }
  open.delete(key)
  open.set(key, nowMs)
  const oldest = open.keys().next()
  if (open.size > MOST_REMEMBERED && oldest.done !== true) open.delete(oldest.value)
}

function plain(params: unknown): Record<string, unknown> {
  return typeof params === 'object' && params !== null ? { ...params } : {}
}
