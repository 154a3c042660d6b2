import 'server-only'
import { maskMessage } from '#lib/domain/message-shape.ts'
import { quarantineHeadline } from '#lib/domain/quarantine-headline.ts'
import { hasRole } from '#lib/domain/role.ts'
import { sources } from '#lib/sources/index.ts'
import { listQuarantined, summariseQuarantine } from '#lib/store/quarantine.ts'
import { getPeopleEvidence } from '#lib/store/read-people-since.ts'
import { emailSources } from '#lib/views/page-parts.ts'
import { readView, type ViewContext } from '#lib/views/read-view.ts'
import { blindOf, loadSight } from '#lib/views/source-statuses.ts'
import { quarantineView, type Quarantine } from './contract.ts'

const MOST_ROWS = 100
/** A body is shown to be recognised, not to be read to its end. */
const LONGEST_MASKED = 4_000

/** Messages that were not understood. What they say is hidden from everybody; that they say it is shown to responders and above. */
export async function loadQuarantine(context: ViewContext): Promise<Quarantine> {
  const { tx, nowMs, timeZone, settings, viewer, env } = context
  const maySee = viewer.kind === 'person' && hasRole(viewer.role, 'responder')
  const [sight, { total, oldestMs }, { lastEventMs, hasProfiles }, listed] = await Promise.all([
    loadSight(context),
    summariseQuarantine(tx),
    getPeopleEvidence(tx),
    listQuarantined(tx, MOST_ROWS, maySee ? env.SPILLWAY_SECRET : undefined),
  ])
  const titles = new Map(sources.map(({ id, title }) => [id, title]))
  const statuses = emailSources(sight.statuses)
  return {
    nowMs,
    headline: quarantineHeadline({
      clock: { nowMs, timeZone },
      total,
      hasRead: lastEventMs !== null || hasProfiles,
      oldestMs,
      sources: statuses,
    }),
    blind: blindOf(statuses),
    total,
    rows: listed.map(({ body, source, ...row }) => ({
      ...row,
      source: titles.get(source) ?? source,
      masked: body === null ? null : maskMessage([], body).body.slice(0, LONGEST_MASKED),
    })),
    keptDays: settings.retention.quarantineDays,
  }
}

export const quarantineQuery = readView(quarantineView, (_params, context) => loadQuarantine(context))
