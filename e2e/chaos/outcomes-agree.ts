import type { APIRequestContext } from '@playwright/test'
import { readView } from '#e2e/http-session.ts'
import type { OutcomeRow, Outcomes } from '#e2e/view-types.ts'
import type { World } from '#world/world.ts'

/** Every notification that Spillway knows, page by page, through the view that operators read. */
export async function listOutcomes(session: APIRequestContext): Promise<{ rows: OutcomeRow[]; eventCount: number }> {
  const rows: OutcomeRow[] = []
  let after: string | null = null
  let eventCount = 0
  do {
    const page: Outcomes = await readView<Outcomes>(session, 'outcomes', after === null ? {} : { after })
    rows.push(...page.rows)
    after = page.next
    eventCount = page.eventCount
  } while (after !== null)
  return { rows, eventCount }
}

/** What each status of the notifications service means; an in-app message is there as soon as it is stored. */
export const STATUS: Readonly<Record<string, string>> = {
  SENT: 'delivered',
  UNREAD: 'delivered',
  PENDING: 'accepted',
  FAILED: 'failed',
  SCHEDULED: 'scheduled',
}

/** Names each difference between what the sandbox published and what Spillway shows, notification by notification. Empty when they agree. */
export function differences(world: World, shown: readonly OutcomeRow[]): string[] {
  const wanted = new Map(
    world.record
      .listLatest()
      .map((event) => [event.id, `${STATUS[event.status] ?? event.status} ${event.statusDetail ?? ''}`.trim()]),
  )
  const seen = new Map(shown.map((row) => [row.id, `${row.status} ${row.rawDetail ?? ''}`.trim()]))
  const missing = [...wanted]
    .filter(([id, state]) => seen.get(id) !== state)
    .map(([id, state]) => `${id}: published as "${state}", shown as "${seen.get(id) ?? 'nothing'}"`)
  const invented = [...seen.keys()].filter((id) => !wanted.has(id)).map((id) => `${id}: shown, never published`)
  return [
    ...missing,
    ...invented,
    ...(shown.length === seen.size ? [] : [`${shown.length - seen.size} ids are shown twice`]),
  ]
}
