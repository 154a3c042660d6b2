import type { APIRequestContext } from '@playwright/test'
import { readView } from '#e2e/http-session.ts'
import type { EmailsPage } from '#e2e/view-types.ts'
import { isOnboarding } from '#world/history-event.ts'
import type { World } from '#world/world.ts'
import { listOutcomes, STATUS } from './outcomes-agree.ts'

/** Names each count on which the sandbox's record and Spillway's views differ: events, e-mails by state, people by reason. Empty when they agree. */
export async function countDifferences(world: World, session: APIRequestContext): Promise<string[]> {
  const { eventCount } = await listOutcomes(session)
  const page = await readView<EmailsPage>(session, 'emails')
  const states = world.record
    .listLatest()
    .filter(isOnboarding)
    .map(({ status }) => STATUS[status])
  const stateCount = (state: string): number => states.filter((each) => each === state).length
  const without = world.record.listWithout({
    nowMs: page.nowMs,
    withoutAfterMs: world.durations.withoutAfterMinutes * 60_000,
    overdueAfterMs: world.durations.overdueAfterMinutes * 60_000,
  })
  const reasonCount = (reason: string): number => without.filter((each) => each.reason === reason).length
  const counts: readonly (readonly [what: string, wanted: number, shown: number | null])[] = [
    ['events', world.record.listOutcomes().length, eventCount],
    ['e-mails delivered', stateCount('delivered'), page.totals.delivered],
    ['e-mails accepted', stateCount('accepted'), page.totals.accepted],
    ['e-mails failed', stateCount('failed'), page.totals.failed],
    ['e-mails scheduled', stateCount('scheduled'), page.totals.scheduled],
    ['people without', without.length, page.people.named],
    ['people without for a failure', reasonCount('failed'), page.people.byFailure],
    ['people without an overdue e-mail', reasonCount('overdue'), page.people.byOverdue],
    ['people without any e-mail', reasonCount('none'), page.people.byNoNotification],
  ]
  return counts
    .filter(([, wanted, shown]) => wanted !== shown)
    .map(([what, wanted, shown]) => `${what}: ${wanted} in the sandbox, ${String(shown)} shown`)
}
