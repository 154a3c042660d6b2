import 'server-only'
import { loadEnv } from '#lib/config/env.ts'
import { loadSettings } from '#lib/config/load-settings.ts'
import { beatsSentence } from '#lib/domain/beat-words.ts'
import type { Settings } from '#lib/config/settings.ts'
import { placeOf, type Queue } from '#lib/domain/queue.ts'
import { settingsHeadline } from '#lib/domain/settings-headline.ts'
import { detectorsFor } from '#lib/detect/index.ts'
import { sources } from '#lib/sources/index.ts'
import { listCalls } from '#lib/store/api-calls.ts'
import { listQueues } from '#lib/store/queues.ts'
import { listTokens } from '#lib/store/tokens.ts'
import { loadChannels } from '#lib/views/channel-statuses.ts'
import { firstMissing } from '#lib/views/page-parts.ts'
import { readView, type ViewContext } from '#lib/views/read-view.ts'
import { blindOf, loadSight } from '#lib/views/source-statuses.ts'
import { getVersion } from '#lib/views/version.ts'
import { callRows } from './call-rows.ts'
import { settingsView, type SettingsPage } from './contract.ts'
import { environmentRows, settingRows } from './setting-rows.ts'

const DAY_MS = 86_400_000

/** The effective configuration, where each value came from, and how every source answers. */
export async function loadSettingsPage(context: ViewContext): Promise<SettingsPage> {
  const { tx, nowMs, timeZone } = context
  const [sight, channels, tokens, calls, queues] = await Promise.all([
    loadSight(context),
    loadChannels(context),
    listTokens(tx),
    listCalls(tx, nowMs - DAY_MS),
    listQueues(tx),
  ])
  const environment = loadEnv()
  const file = loadSettings()
  const problems = [...environment.problems.map(({ message }) => message), ...file.problems]
  const teaches = new Map(sources.map((source) => [source.id, source.teaches]))
  const headline = settingsHeadline({
    clock: { nowMs, timeZone },
    problemCount: problems.length,
    sources: sight.statuses,
    firstMissing: firstMissing(sight.statuses),
  })
  return {
    nowMs,
    headline,
    blind: blindOf(sight.statuses),
    file: file.file,
    problems,
    environment: environmentRows(environment),
    settings: settingRows(file),
    sources: sight.statuses.map((status) => ({ ...status, teaches: teaches.get(status.id) ?? '' })),
    channels,
    detectors: detectorsFor(context.settings.detect).map(({ id, title, rule }) => ({ id, title, rule })),
    tokens: tokens.map((token) => ({
      id: token.id,
      name: token.name,
      purpose: token.purpose,
      createdMs: token.createdMs,
      lastUsedMs: token.lastUsedMs,
      isRevoked: token.revokedMs !== null,
    })),
    calls: callRows(calls, { nowMs, queueCounts: countsByPlace(queues, context.settings), sinceMs: firstSeen(queues) }),
    beats: beatsOf(queues),
    version: getVersion(),
    store: context.db.kind,
  }
}

export const settingsQuery = readView(settingsView, (_params, context) => loadSettingsPage(context))

function beatsOf(queues: readonly Queue[]): string {
  const dlqs = new Set(queues.map(({ dlqArn }) => dlqArn))
  return beatsSentence(
    queues.flatMap(({ arn, beat }) =>
      beat === null ? [] : [{ everySeconds: beat.everySeconds, isDlq: dlqs.has(arn) }],
    ),
  )
}

/** Queues of each place whose metrics are read. */
function countsByPlace(queues: readonly Queue[], { aws }: Settings): readonly number[] {
  const silent = new Set<string | null>(aws.places.filter(({ cloudwatch }) => !cloudwatch).map(({ name }) => name))
  return [...Map.groupBy(queues, ({ name }) => placeOf(name))]
    .filter(([place]) => !silent.has(place))
    .map(([, here]) => here.length)
}

function firstSeen(queues: readonly { readonly firstSeenMs: number }[]): number | null {
  return queues.length === 0 ? null : Math.min(...queues.map(({ firstSeenMs }) => firstSeenMs))
}
