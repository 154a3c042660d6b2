import 'server-only'
import { counted } from '#lib/domain/count-words.ts'
import { overviewHeadline, type OverviewFacts } from '#lib/domain/overview-headline.ts'
import type { Trouble } from '#lib/domain/headline.ts'
import type { Incident } from '#lib/domain/incident.ts'
import type { StoredFinding } from '#lib/store/findings.ts'
import { listFindingsOf } from '#lib/store/incident-findings.ts'
import { listOpenIncidents } from '#lib/store/incidents.ts'
import { loadEmailChart } from '#lib/views/email-chart.ts'
import { findingRows } from '#lib/views/finding-rows.ts'
import { countLastDay, emailStage, flowNames, flowStages, truthOf } from '#lib/views/flow-stages.ts'
import { incidentRows, openIncidents } from '#lib/views/incident-rows.ts'
import { firstMissing, loadPageParts, type PageParts } from '#lib/views/page-parts.ts'
import { loadPeople, peopleWithout, type PeopleKnown } from '#lib/views/people.ts'
import { loadQueueBook, type QueueBook } from '#lib/views/queue-book.ts'
import { loadQueueRows, orderQueues } from '#lib/views/queue-rows.ts'
import { readView, type ViewContext } from '#lib/views/read-view.ts'
import { loadServices } from '#lib/views/services.ts'
import { blindOf } from '#lib/views/source-statuses.ts'
import { emailTroubles, queueTroubles } from '#lib/views/troubles.ts'
import { overviewView, type Overview, type ServiceStage } from './contract.ts'

/** Queues outside the flow on the page at most. */
const MOST_QUEUES = 20

export async function loadOverview(context: ViewContext): Promise<Overview> {
  const { settings, nowMs } = context
  const parts = await loadPageParts(context)
  const { sight, findings } = parts
  const [book, people, services, counts, incidents] = await Promise.all([
    loadQueueBook({ ...context, ...parts }),
    loadPeople(context, parts),
    loadServices(context, sight),
    countLastDay(context),
    listOpenIncidents(context.tx),
  ])
  const others = otherQueues(context, { book, sight })
  const inFlow = settings.flow.map((stage) => stage.queue)
  const [rows, emailChart, told] = await Promise.all([
    loadQueueRows({ ...context, sight, book }, [...inFlow, ...others.shown]),
    loadEmailChart({ context, ...parts, evidence: people.evidence, range: '24h', lines: ['delivered', 'failed'] }),
    Promise.all(incidents.map(({ number }) => listFindingsOf(context.tx, number))),
  ])
  const toldServices = servicesOf(told.flat())
  const toldSources = new Set(told.flat().flatMap(silentSourceOf))
  const toldIds = new Set(told.flat().map(({ id }) => id))
  const emails = emailStage(context, parts, { people, counts })
  return {
    nowMs,
    headline: overviewHeadline(overviewFacts(context, parts, { book, people, services, incidents, toldServices })),
    blind: blindOf(sight.statuses).filter(({ id, state }) => state === 'not-read' || !toldSources.has(id)),
    people: peopleWithout(people.facts),
    incidents: incidentRows(incidents),
    toldServices,
    findings: findingRows(findings.filter(({ id }) => !toldIds.has(id))),
    flow: flowStages({ flow: settings.flow, book, rows, services, emails, sight }),
    queues: others.shown.flatMap((name) => rows.get(name) ?? []),
    queueCount: book.size,
    otherQueues: others.left,
    unseenQueues: others.unseen,
    emailChart,
    sources: sight.statuses,
  }
}

/** Of a finding that holds now: the source of which it says that it is silent. */
function silentSourceOf({ detector, evidence, closedMs }: StoredFinding): unknown[] {
  return detector === 'source-silent' && closedMs === null ? [evidence['source']] : []
}

interface OtherQueues {
  readonly shown: readonly string[]
  readonly left: number
  readonly unseen: Overview['unseenQueues']
}

/** Queues besides the flow: those that need a look, or simply all where no flow is configured. */
function otherQueues(
  { settings }: ViewContext,
  { book, sight }: Pick<PageParts, 'sight'> & { readonly book: QueueBook },
): OtherQueues {
  const inFlow = flowNames(settings.flow, book)
  const others = orderQueues(book).filter((name) => !inFlow.has(name))
  const unseenSinceMs = sight.statuses.find(({ id }) => id === 'sqs')?.sinceMs ?? null
  // Where no queue is read, that is one thing to look at, and said once.
  const isUnseen = (name: string): boolean => unseenSinceMs !== null && truthOf(name, book) === 'unknown'
  const known = others.filter((name) => !isUnseen(name))
  const unseen = others.length - known.length
  const wanted = settings.flow.length === 0 ? known : known.filter((name) => truthOf(name, book) !== 'ok')
  const shown = wanted.slice(0, MOST_QUEUES)
  return {
    shown,
    left: known.length - shown.length,
    unseen: unseen === 0 || unseenSinceMs === null ? null : { count: unseen, sinceMs: unseenSinceMs },
  }
}

interface Known {
  readonly book: QueueBook
  readonly people: PeopleKnown
  readonly services: ReadonlyMap<string, ServiceStage>
  readonly incidents: readonly Incident[]
  /** Services whose errors an open incident stands for. */
  readonly toldServices?: readonly string[]
}

/** Services of which findings speak that hold now. */
function servicesOf(findings: readonly StoredFinding[]): string[] {
  return findings.flatMap(({ subject, closedMs }) =>
    subject.kind === 'service' && closedMs === null ? [subject.id] : [],
  )
}

/** What the sentence of the overview, and the same of the wall, is made from. */
export function overviewFacts(context: ViewContext, parts: PageParts, known: Known): OverviewFacts {
  const { facts, evidence, coversProfiles } = known.people
  // People without their e-mail are said already; a spike of failures would say it twice.
  const spikes = (facts.named ?? 0) > 0 ? [] : emailTroubles(parts.findings)
  return {
    clock: parts.clock,
    label: context.settings.emails.label,
    people: facts,
    troubles: [...queueTroubles(known.book), ...spikes, ...serviceTroubles(known)],
    incidents: openIncidents(known.incidents),
    sources: parts.sight.statuses,
    firstMissing: firstMissing(parts.sight.statuses),
    hasOutcomes: evidence.hasOutcomes,
    hasUnnamedFailure: evidence.hasUnnamedFailure,
    coversProfiles,
  }
}

function serviceTroubles({ services, toldServices = [] }: Known): Trouble[] {
  return [...services.values()]
    .filter(({ truth, name }) => truth === 'bad' && !toldServices.includes(name))
    .map(({ name, errors }) => ({ text: `${name}: ${counted(errors ?? 0, 'error')} in the last hour`, sinceMs: null }))
}

export const overviewQuery = readView(overviewView, (_params, context) => loadOverview(context))
