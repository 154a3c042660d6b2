import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import type { Alarm } from '#lib/domain/alarm.ts'
import { freshnessOf, type Freshness } from '#lib/domain/freshness.ts'
import type { Gap } from '#lib/domain/gap.ts'
import { dlqNameOf, type Queue } from '#lib/domain/queue.ts'
import {
  deadLetterWords,
  queueTruth,
  wordsAfterName,
  type QueueEvidence,
  type QueueVerdict,
} from '#lib/domain/queue-truth.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { serviceOfQueue, type ServiceRules } from '#lib/domain/service-of-queue.ts'
import { listAlarms } from '#lib/store/alarms.ts'
import type { Tx } from '#lib/store/db.ts'
import type { StoredFinding } from '#lib/store/findings.ts'
import { listQueues } from '#lib/store/queues.ts'
import { getLatestSamples, type Point } from '#lib/store/samples.ts'
import type { Sight } from './source-statuses.ts'

/** Depth of a queue at its last good reading. */
export interface Depth {
  readonly visible: number | null
  readonly inFlight: number | null
  readonly delayed: number | null
  readonly asOfMs: number | null
  readonly freshness: Freshness
}

/** All that is known of one queue but its traffic, which is read for the queues shown only. */
export interface QueueEntry {
  readonly queue: Queue
  /** Short name from the flow settings; the queue's name without it. */
  readonly label: string
  readonly dlqName: string | null
  /** Names of the queues whose dead letters land here. */
  readonly deadLetterOf: readonly string[]
  readonly depth: Depth
  readonly findings: readonly StoredFinding[]
  readonly alarms: readonly Alarm[]
  /** Service that it belongs to, that of its source for a dead-letter queue; null where nothing tells. */
  readonly service: string | null
  /** Start of the newest CloudWatch period known; null where there never was one. */
  readonly lastFlowMs: number | null
  /** Age of the oldest message at that period; null where CloudWatch told none for it. */
  readonly oldestAgeSeconds: number | null
}

/** Every queue that is not gone, by name. */
export type QueueBook = ReadonlyMap<string, QueueEntry>

interface BookContext {
  readonly tx: Tx
  readonly nowMs: number
  readonly settings: Settings
  readonly sight: Sight
  readonly findings: readonly StoredFinding[]
}

/** Reads all queues with three questions to the store, however many there are. */
export async function loadQueueBook({ tx, nowMs, settings, sight, findings }: BookContext): Promise<QueueBook> {
  const [queues, alarms] = await Promise.all([listQueues(tx), listAlarms(tx)])
  const names = queues.map((queue) => queue.name)
  const latest = await getLatestSamples(tx, names.flatMap(latestSeries))
  const sources = Map.groupBy(
    queues.filter((queue) => queue.dlqArn !== null),
    (queue) => queue.dlqArn,
  )
  const labels = new Map(settings.flow.map((stage) => [stage.queue, stage.label ?? stage.queue]))
  const findingsOf = Map.groupBy(
    findings.filter((finding) => finding.subject.kind === 'queue'),
    (finding) => finding.subject.id,
  )
  const alarmsOf = Map.groupBy(alarms, (alarm) => alarm.queue)
  const rules: ServiceRules = { flow: settings.flow, ...settings.services }
  const serviceOf = (queue: Queue): string | null => serviceOfQueue(queue, rules)
  const unread = unreadQueues(sight.openGaps)
  return new Map(
    queues.map((queue): [string, QueueEntry] => {
      const deadLetterOf = (sources.get(queue.arn) ?? []).map((source) => source.name).toSorted()
      const everySeconds = Math.max(beatOf(settings, deadLetterOf.length > 0), queue.beat?.everySeconds ?? 0)
      const hasOpenGap = unread.has('*') || unread.has(queue.name)
      const entry: QueueEntry = {
        queue,
        label: labels.get(queue.name) ?? queue.name,
        dlqName: dlqNameOf(queue),
        deadLetterOf,
        depth: depthOf(queue.name, latest, { everySeconds, hasOpenGap, nowMs }),
        findings: findingsOf.get(queue.name) ?? [],
        alarms: alarmsOf.get(queue.name) ?? [],
        service:
          serviceOf(queue) ?? (sources.get(queue.arn) ?? []).map(serviceOf).find((service) => service !== null) ?? null,
        ...newestFlow(queue.name, latest),
      }
      return [queue.name, entry]
    }),
  )
}

function latestSeries(queue: string): string[] {
  return [
    seriesOf.depth(queue, 'visible'),
    seriesOf.depth(queue, 'in-flight'),
    seriesOf.depth(queue, 'delayed'),
    seriesOf.flow(queue, 'sent'),
    seriesOf.flow(queue, 'oldest-age'),
  ]
}

/** Scopes of SQS that cannot be read now. */
function unreadQueues(openGaps: readonly Gap[]): ReadonlySet<string> {
  return new Set(openGaps.filter((gap) => gap.source === 'sqs').map((gap) => gap.scope))
}

/** Seconds between two readings of a queue that is not quiet: dead-letter queues are read each minute at the latest. */
export function beatOf(settings: Settings, isDeadLetterQueue: boolean): number {
  const { everySeconds } = settings.sources.sqs
  return isDeadLetterQueue ? Math.min(everySeconds, 60) : everySeconds
}

function depthOf(
  queue: string,
  latest: ReadonlyMap<string, Point>,
  reading: { readonly everySeconds: number; readonly hasOpenGap: boolean; readonly nowMs: number },
): Depth {
  const visible = latest.get(seriesOf.depth(queue, 'visible'))
  const asOfMs = visible?.atMs ?? null
  return {
    visible: visible?.value ?? null,
    inFlight: latest.get(seriesOf.depth(queue, 'in-flight'))?.value ?? null,
    delayed: latest.get(seriesOf.depth(queue, 'delayed'))?.value ?? null,
    asOfMs,
    freshness: freshnessOf(
      { asOfMs, everySeconds: reading.everySeconds, hasOpenGap: reading.hasOpenGap },
      reading.nowMs,
    ),
  }
}

function newestFlow(
  queue: string,
  latest: ReadonlyMap<string, Point>,
): Pick<QueueEntry, 'lastFlowMs' | 'oldestAgeSeconds'> {
  const sent = latest.get(seriesOf.flow(queue, 'sent'))
  const age = latest.get(seriesOf.flow(queue, 'oldest-age'))
  // An age of an older period than the newest count is of the past: CloudWatch tells none once nothing waits.
  const isCurrent = age !== undefined && (sent === undefined || age.atMs >= sent.atMs)
  return { lastFlowMs: sent?.atMs ?? null, oldestAgeSeconds: isCurrent ? age.value : null }
}

/** What is true of the queue. `sent` is its traffic of the window where that was read; it colours the word, never the state. */
export function verdictOf(entry: QueueEntry, sent: number | null = null): QueueVerdict {
  const { depth } = entry
  const evidence: QueueEvidence = {
    findings: entry.findings.map((finding) => ({
      words: findingWords(finding, entry),
      severity: finding.severity,
      sinceMs: finding.sinceMs,
    })),
    alarms: entry.alarms,
    isDeadLetterQueue: entry.deadLetterOf.length > 0,
    depth: depth.freshness,
    visible: depth.visible,
    inFlight: depth.inFlight,
    delayed: depth.delayed,
    sent,
  }
  return queueTruth(evidence)
}

function findingWords(finding: StoredFinding, entry: QueueEntry): string {
  const waiting = finding.evidence['waiting']
  if (finding.detector === 'dlq-not-empty' && typeof waiting === 'number') return deadLetterWords(waiting)
  return wordsAfterName(finding.title, [entry.label, entry.queue.name])
}
