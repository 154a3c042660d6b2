import 'server-only'
import type { DetectEvent } from '#lib/detect/define-detector.ts'
import { openIncidents } from '#lib/incidents/open-incidents.ts'
import type { Tx } from '#lib/store/db.ts'
import type { CollectContext } from './collect-context.ts'
import { detectNow } from './detect-now.ts'

/** Tells the detectors what this transaction stores and makes incidents of what they find in it. Returns the topics that are stale then. */
export async function detectAndOpen(
  tx: Tx,
  events: readonly DetectEvent[],
  { detectors, settings, nowMs }: CollectContext,
): Promise<readonly string[]> {
  if (!(await detectNow(tx, detectors, events))) return []
  const hasOpened = await openIncidents(tx, { settings, nowMs: nowMs() })
  return hasOpened ? ['findings', 'incidents'] : ['findings']
}
