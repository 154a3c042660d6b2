import 'server-only'
import { sourcesOf } from '#lib/domain/incident-cause.ts'
import type { Incident } from '#lib/domain/incident.ts'
import { resyncName, resyncWords } from '#lib/domain/resync.ts'
import type { JoinedFinding } from '#lib/store/incident-findings.ts'
import { proveResync } from '#lib/store/read-resync.ts'
import { listRedrives } from '#lib/store/redrives.ts'
import { listResyncs } from '#lib/store/resyncs.ts'
import { loadCause } from '#lib/views/cause.ts'
import { loadHealOffers } from '#lib/views/heal-offers.ts'
import { loadPageParts } from '#lib/views/page-parts.ts'
import { loadQueueBook, type QueueBook } from '#lib/views/queue-book.ts'
import type { ViewContext } from '#lib/views/read-view.ts'
import { loadRedriveRows, nameQueue } from '#lib/views/redrive-rows.ts'
import type { IncidentCause, IncidentHealing, IncidentPage, ResyncRow, UndecidedQueue } from './contract.ts'

const MOST_REDRIVES = 10
const MOST_CAUSES = 2

/** Why messages of the incident are stuck, and what can be and was done about it. */
export async function loadHealing(
  incident: Incident,
  findings: readonly JoinedFinding[],
  context: ViewContext,
): Promise<Pick<IncidentPage, 'causes' | 'undecided'> & { readonly healing: Omit<IncidentHealing, 'peopleToAsk'> }> {
  const { tx, settings } = context
  const book = await loadQueueBook({ ...context, ...(await loadPageParts(context)) })
  const stuck = stuckQueues(findings, book)
  const [causes, offers, runs, resyncs] = await Promise.all([
    Promise.all(stuck.slice(0, MOST_CAUSES).map((name) => causeOf(name, incident, context))),
    incident.state === 'resolved' ? [] : loadHealOffers(stuck, book, context),
    listRedrives(tx, { incident: incident.number, limit: MOST_REDRIVES }),
    loadResyncs(incident, context),
  ])
  const redrives = await loadRedriveRows(runs, context)
  return {
    causes,
    undecided: incident.state === 'resolved' || stuck.length > 0 ? [] : undecidedQueues(book, context),
    healing: { offers, redrives, resyncs, isResyncSet: settings.resync !== undefined },
  }
}

/** Queues of the incident's findings whose messages are lost, by where they should have gone; dead-letter queues count for their sources. */
function stuckQueues(findings: readonly JoinedFinding[], book: QueueBook): string[] {
  const inventory = [...book.values()].map(({ queue }) => queue)
  const names = findings
    .filter(({ detector, subject }) => subject.kind === 'queue' && LOSING.has(detector))
    .flatMap(({ subject }) => sourcesOf(subject.id, inventory))
  return [...new Set(names)]
}

/** Queues of the flow with messages in flight, in its order: with a consumer that may lose them, as far as anybody knows. */
function undecidedQueues(book: QueueBook, context: ViewContext): UndecidedQueue[] {
  return context.settings.flow.flatMap(({ queue }) => {
    const inFlight = book.get(queue)?.depth.inFlight ?? 0
    return inFlight === 0 ? [] : [{ queue: nameQueue(queue, context), inFlight }]
  })
}

const LOSING = new Set(['flow-parity', 'dlq-not-empty', 'going-round', 'failure-rate'])

async function causeOf(name: string, { sinceMs }: Incident, context: ViewContext): Promise<IncidentCause> {
  const { tx, nowMs, timeZone, settings } = context
  return {
    queue: nameQueue(name, context),
    ...(await loadCause({ tx, settings, queue: name, sinceMs, nowMs, timeZone })),
  }
}

async function loadResyncs({ number }: Incident, { tx }: ViewContext): Promise<ResyncRow[]> {
  return Promise.all(
    (await listResyncs(tx, number)).map(async ({ id, state, startedBy, startedMs, endedMs, trouble }) => {
      const proof = await proveResync(tx, id)
      const name = resyncName(id)
      return { name, state, words: resyncWords(proof), proof, startedBy, startedMs, endedMs, trouble }
    }),
  )
}
