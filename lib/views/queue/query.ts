import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { serviceOfQueue } from '#lib/domain/service-of-queue.ts'
import { queueHeadline } from '#lib/domain/queues-headline.ts'
import { findIncidentOfQueues } from '#lib/store/incident-of-queue.ts'
import { listLeakingQueues } from '#lib/store/leaking-queues.ts'
import { listOpenIncidents } from '#lib/store/incidents.ts'
import { findGoneQueue } from '#lib/store/read-gone-queue.ts'
import { listRedrives } from '#lib/store/redrives.ts'
import { loadFindingRows } from '#lib/views/finding-rows.ts'
import { loadHealOffers } from '#lib/views/heal-offers.ts'
import { incidentRows } from '#lib/views/incident-rows.ts'
import { loadPageParts, queueSources } from '#lib/views/page-parts.ts'
import { beatOf, loadQueueBook, type QueueBook, type QueueEntry } from '#lib/views/queue-book.ts'
import { loadQueueInside, type QueueInside } from '#lib/views/queue-inside.ts'
import { loadQueueRows } from '#lib/views/queue-rows.ts'
import { loadRedriveRows } from '#lib/views/redrive-rows.ts'
import { readView, type ViewContext } from '#lib/views/read-view.ts'
import { blindOf } from '#lib/views/source-statuses.ts'
import { queueTroubles } from '#lib/views/troubles.ts'
import type { ParamsOf } from '#lib/views/define-view.ts'
import { queueView, type QueuePage } from './contract.ts'
import { loadChanges } from './queue-changes.ts'
import { loadQueueCharts } from './queue-charts.ts'
import { loadExpiry } from './queue-expiry.ts'
import { alarmRows, alarmsUnknown, queueFacts, queueWatch } from './queue-facts.ts'

const MOST_REDRIVES = 5

/** One queue, also one that is gone. Throws `not_found` for a name that SQS never told. */
export async function loadQueue({ name, range }: ParamsOf<typeof queueView>, context: ViewContext): Promise<QueuePage> {
  const { sight, findings, clock } = await loadPageParts(context)
  const { book, entry, goneMs } = await findQueue(name, context, await loadQueueBook({ ...context, sight, findings }))
  const statuses = queueSources(sight.statuses)
  const isDeadLetterQueue = entry.deadLetterOf.length > 0
  const near = [entry, ...(entry.dlqName === null ? [] : [book.get(entry.dlqName) ?? []].flat())]
  const [rows, charts, offers, inside, runs, number, incidents, expiry, changes] = await Promise.all([
    loadQueueRows({ ...context, sight, book }, [name]),
    loadQueueCharts({ context, queue: name, isDeadLetterQueue, range, statuses }),
    loadHealOffers([name], book, context),
    loadInside(name, book, context),
    listRedrives(context.tx, { queue: name, limit: MOST_REDRIVES }),
    findIncidentOfQueues(context.tx, entry.dlqName === null ? [name] : [name, entry.dlqName]),
    listOpenIncidents(context.tx),
    loadExpiry(entry, book, context),
    loadChanges(entry, near, context),
  ])
  const row = rows.get(name)
  if (row === undefined) throw new AppError('internal', 'The queue has no row although the book has it.')
  const headline = queueHeadline({
    clock,
    name: entry.label,
    verdict: row,
    troubles: queueTroubles(new Map(near.map((each) => [each.queue.name, each]))),
    goneMs,
    deadLetterOf: entry.deadLetterOf,
  })
  return {
    nowMs: context.nowMs,
    headline,
    blind: blindOf(statuses),
    row,
    findings: await loadFindingRows(
      context.tx,
      near.flatMap((each) => each.findings),
    ),
    incidents: incidentRows(incidents.filter((incident) => incident.number === number)),
    facts: queueFacts(entry, clock, beatOf(context.settings, isDeadLetterQueue)),
    watch: queueWatch(entry, book, statuses),
    alarms: alarmRows(entry),
    alarmsUnknown: alarmsUnknown(statuses),
    expiry,
    changes,
    ...charts,
    offers,
    inside,
    redrives: await loadRedriveRows(runs, context),
  }
}

async function loadInside(name: string, book: QueueBook, context: ViewContext): Promise<QueueInside | null> {
  const isLeaking = (await listLeakingQueues(context.tx)).has(name)
  return loadQueueInside(name, book, { context, isLeaking })
}

interface Found {
  readonly book: QueueBook
  readonly entry: QueueEntry
  readonly goneMs: number | null
}

async function findQueue(name: string, context: ViewContext, book: QueueBook): Promise<Found> {
  const entry = book.get(name)
  if (entry !== undefined) return { book, entry, goneMs: null }
  const gone = await findGoneQueue(context.tx, name)
  if (gone === null)
    throw new AppError(
      'not_found',
      `SQS has told Spillway of no queue named ${name}. The page of all queues lists those it knows.`,
    )
  const { goneMs, ...queue } = gone
  const last: QueueEntry = {
    queue,
    label: name,
    dlqName: null,
    deadLetterOf: [],
    depth: {
      visible: null,
      inFlight: null,
      delayed: null,
      asOfMs: null,
      freshness: { isFresh: false, sinceMs: goneMs },
    },
    findings: [],
    alarms: [],
    service: serviceOfQueue(queue, { flow: context.settings.flow, ...context.settings.services }),
    lastFlowMs: null,
    oldestAgeSeconds: null,
  }
  return { book: new Map([...book, [name, last]]), entry: last, goneMs }
}

export const queueQuery = readView(queueView, loadQueue)
