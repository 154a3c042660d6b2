import 'server-only'
import type { FlowStage } from '#lib/config/settings.ts'
import { emailTruth } from '#lib/domain/email-truth.ts'
import { countOutcomes, type OutcomeCounts } from '#lib/store/outcomes.ts'
import type { EmailStage, Overview, QueueStage, ServiceStage } from './overview/contract.ts'
import type { PageParts } from './page-parts.ts'
import type { PeopleKnown } from './people.ts'
import { verdictOf, type QueueBook } from './queue-book.ts'
import { WINDOW_MINUTES } from './queue-flow.ts'
import type { ViewContext } from './read-view.ts'
import type { QueueRow } from './shared.ts'
import { statusOf, type Sight } from './source-statuses.ts'
import { isLeak } from './troubles.ts'
import { wordsAfterName } from '#lib/domain/queue-truth.ts'
import type { Truth } from '#lib/domain/truth.ts'

const DAY_MS = 86_400_000

interface FlowParts {
  readonly flow: readonly FlowStage[]
  readonly book: QueueBook
  readonly rows: ReadonlyMap<string, QueueRow>
  readonly services: ReadonlyMap<string, ServiceStage>
  readonly emails: EmailStage | null
  readonly sight: Sight
}

/** The flow as messages travel: each queue and the service that reads it, the e-mails last. Empty where no flow is configured. */
export function flowStages(parts: FlowParts): Overview['flow'] {
  const { flow, services, emails } = parts
  if (flow.length === 0) return []
  const stages = flow.flatMap((stage, index) => {
    // A service that reads several queues in a row stands behind the last of them.
    const isReadOn = stage.service !== undefined && flow[index + 1]?.service === stage.service
    const service = stage.service === undefined || isReadOn ? undefined : services.get(stage.service)
    return service === undefined ? [queueStage(stage, parts)] : [queueStage(stage, parts), service]
  })
  return emails === null ? stages : [...stages, emails]
}

function queueStage(stage: FlowStage, { book, rows, sight }: FlowParts): QueueStage {
  const leak = book.get(stage.queue)?.findings.find(isLeak)
  return {
    kind: 'queue',
    row: rows.get(stage.queue) ?? absentRow(stage, sight),
    windowMinutes: WINDOW_MINUTES,
    leak: leak === undefined ? null : wordsAfterName(leak.title, [stage.label ?? stage.queue, stage.queue]),
    leakSinceMs: leak?.sinceMs ?? null,
  }
}

/** A queue that the settings name and SQS does not: nothing is known of it, and where SQS answers that is said. */
function absentRow(stage: FlowStage, sight: Sight): QueueRow {
  const isAnswered = statusOf(sight.statuses, 'sqs').state === 'ok'
  return {
    name: stage.queue,
    label: stage.label ?? stage.queue,
    truth: 'unknown',
    word: isAnswered ? 'not in SQS' : 'not read yet',
    sinceMs: null,
    visible: null,
    inFlight: null,
    delayed: null,
    depthAsOfMs: null,
    depthUnknownSinceMs: null,
    sent: null,
    deleted: null,
    received: null,
    flowAsOfMs: null,
    flowUnknownSinceMs: null,
    oldestAgeSeconds: null,
    isFifo: stage.queue.endsWith('.fifo'),
    dlq: null,
    service: stage.service ?? null,
    deadLetterOf: [],
    spark: [],
  }
}

/** Onboarding e-mails of the last 24 hours by what they are now. */
export function countLastDay({ tx, nowMs }: ViewContext): Promise<OutcomeCounts> {
  return countOutcomes(tx, { fromMs: nowMs - DAY_MS, toMs: nowMs, isOnboarding: true })
}

/** The e-mails as the last stage; null where their outcomes are not connected and none is known. */
export function emailStage(
  { settings }: ViewContext,
  { sight, findings }: PageParts,
  { people, counts }: { readonly people: PeopleKnown; readonly counts: OutcomeCounts },
): EmailStage | null {
  const status = statusOf(sight.statuses, 'email-outcomes')
  const { evidence, facts } = people
  if (status.state === 'not-configured') return null
  const bad = findings.filter((finding) => finding.subject.kind === 'emails' && finding.severity === 'bad')
  const verdict = emailTruth({
    source: status.state,
    unseenSinceMs: status.sinceMs,
    hasOutcomes: evidence.hasOutcomes,
    hasUnnamedFailure: evidence.hasUnnamedFailure,
    named: facts.named,
    namedSinceMs: facts.sinceMs,
    findingSinceMs: bad.length === 0 ? null : Math.min(...bad.map((finding) => finding.sinceMs)),
  })
  const isKnown = evidence.hasOutcomes
  return {
    kind: 'emails',
    label: settings.emails.label,
    ...verdict,
    delivered: isKnown ? counts.delivered : null,
    accepted: isKnown ? counts.accepted : null,
    failed: isKnown ? counts.failed : null,
    asOfMs: status.lastOkMs,
    unknownSinceMs: status.parts.length > 0 ? null : status.sinceMs,
    isFailing: bad.length > 0,
  }
}

/** Names of the flow's queues and of the dead-letter queues that hang below them. */
export function flowNames(flow: readonly FlowStage[], book: QueueBook): Set<string> {
  const names = flow.map((stage) => stage.queue)
  return new Set([...names, ...names.flatMap((name) => book.get(name)?.dlqName ?? [])])
}

/** What is known of a queue of the book; `ok` for one that it does not know. */
export function truthOf(name: string, book: QueueBook): Truth {
  const entry = book.get(name)
  return entry === undefined ? 'ok' : verdictOf(entry).truth
}
