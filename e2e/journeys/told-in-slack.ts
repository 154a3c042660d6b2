import { expect, type APIRequestContext } from '@playwright/test'
import { slackDifferences, type ShownIncident } from '#e2e/chaos/slack-agrees.ts'
import { readView } from '#e2e/http-session.ts'
import type { SlackMessage } from '#world/slack/message-store.ts'
import type { World } from '#world/world.ts'

/** The channel that the sandbox's settings name. */
const CHANNEL = 'C0INCIDENT'

/** Waits until the channel says what Spillway does: one message an incident, one reply a line of its story. These are all the incidents that there are. */
export async function expectToldOnce(
  world: World,
  session: APIRequestContext,
  names: readonly string[],
): Promise<void> {
  await expect
    .poll(
      async () => {
        const shown = names.map((name) => readView<ShownIncident>(session, 'incident', { name }))
        return slackDifferences(world, await Promise.all(shown))
      },
      { timeout: 45_000, message: 'differences between Spillway and its channel' },
    )
    .toEqual([])
}

/** What stands in the channel itself, replies that were sent there too left out; the newest first. */
export function rootMessages(world: World): SlackMessage[] {
  return world.slack.store.history(CHANNEL).filter(({ isBroadcast }) => !isBroadcast)
}
