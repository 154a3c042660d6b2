import 'server-only'
import { incidentLine } from '#lib/domain/incident-line.ts'
import { wallHeadline } from '#lib/domain/overview-headline.ts'
import { isOutOfSight } from '#lib/domain/source-sight-state.ts'
import { listOpenIncidents } from '#lib/store/incidents.ts'
import { countLastDay, emailStage, flowStages } from '#lib/views/flow-stages.ts'
import { overviewFacts } from '#lib/views/overview/query.ts'
import { loadPageParts } from '#lib/views/page-parts.ts'
import { loadPeople, peopleWithout } from '#lib/views/people.ts'
import { loadQueueBook, type QueueBook } from '#lib/views/queue-book.ts'
import { loadQueueRows, orderQueues } from '#lib/views/queue-rows.ts'
import { readView, type ViewContext } from '#lib/views/read-view.ts'
import { loadServices } from '#lib/views/services.ts'
import type { SourceStatus } from '#lib/views/shared.ts'
import { getVersion } from '#lib/views/version.ts'
import { statusOf } from '#lib/views/source-statuses.ts'
import { wallView, type Wall } from './contract.ts'
import { wallTiles } from './wall-tiles.ts'

/** More dead-letter queues than tiles are of no use. */
const MOST_DLQS = 7

/** The wall: counts and names of queues and services only, no personal data. */
export async function loadWall(context: ViewContext): Promise<Wall> {
  const { settings, nowMs } = context
  const parts = await loadPageParts(context)
  const { sight } = parts
  const [book, people, services, counts, incidents] = await Promise.all([
    loadQueueBook({ ...context, ...parts }),
    loadPeople(context, parts),
    loadServices(context, sight),
    countLastDay(context),
    listOpenIncidents(context.tx),
  ])
  const dlqs = deadLetterQueues(book)
  const rows = await loadQueueRows({ ...context, sight, book }, [...settings.flow.map((stage) => stage.queue), ...dlqs])
  const emails = emailStage(context, parts, { people, counts })
  const flow = flowStages({ flow: settings.flow, book, rows, services, emails, sight })
  return {
    nowMs,
    team: settings.team.name,
    timeZone: settings.team.timeZone,
    headline: wallHeadline(overviewFacts(context, parts, { book, people, services, incidents })),
    incidents: incidentLine(incidents),
    tiles: wallTiles({
      people: peopleWithout(people.facts),
      emails,
      emailSource: statusOf(sight.statuses, 'email-outcomes'),
      stages: flow.filter((stage) => stage.kind === 'queue'),
      dlqs: dlqs.flatMap((name) => rows.get(name) ?? []),
      services: [...services.values()],
    }),
    lastReadingMs: lastReading(sight.statuses),
    everySeconds: fastestBeat(sight.statuses),
    sandboxNote: settings.sandbox?.note ?? null,
    version: getVersion(),
  }
}

function deadLetterQueues(book: QueueBook): string[] {
  return orderQueues(book)
    .filter((name) => (book.get(name)?.deadLetterOf.length ?? 0) > 0)
    .slice(0, MOST_DLQS)
}

/** The moment up to which everything on the wall was read: while a source is not seen, when that one last answered. */
function lastReading(statuses: readonly SourceStatus[]): number | null {
  const unseen = statuses.filter(({ state }) => isOutOfSight(state)).flatMap(({ lastOkMs }) => lastOkMs ?? [])
  if (unseen.length > 0) return Math.min(...unseen)
  const moments = statuses.flatMap(({ lastOkMs }) => lastOkMs ?? [])
  return moments.length === 0 ? null : Math.max(...moments)
}

/** Seconds between two readings of the fastest source that is connected and polled by a beat; 30 where none is. */
function fastestBeat(statuses: readonly SourceStatus[]): number {
  const beats = statuses
    .filter(({ state, everySeconds }) => state !== 'not-configured' && everySeconds > 0)
    .map(({ everySeconds }) => everySeconds)
  return beats.length === 0 ? 30 : Math.min(...beats)
}

export const wallQuery = readView(wallView, (_params, context) => loadWall(context))
