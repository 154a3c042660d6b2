import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import { causeOf, concernsPeople } from '#lib/domain/incident-cause.ts'
import type { IncidentFigures, IncidentQueueFigures } from '#lib/domain/incident-figures.ts'
import { incidentHeadline } from '#lib/domain/incident-words.ts'
import type { Incident } from '#lib/domain/incident.ts'
import { dlqNameOf } from '#lib/domain/queue.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import type { Tx } from './db.ts'
import { listFindingsOf, type JoinedFinding } from './incident-findings.ts'
import { countAffected } from './incident-people.ts'
import { readFlowOfOthers } from './read-flow-of-others.ts'
import { listQueues, type StoredQueue } from './queues.ts'
import { getPeopleEvidence } from './read-people-since.ts'
import { getLatestSamples } from './samples.ts'
import { withoutRuleOf } from './without-rule.ts'

const MINUTE_MS = 60_000

interface FiguresContext {
  readonly settings: Settings
  readonly nowMs: number
  /** Zone in which the sentence names times: a reader's own; the team's without one, as for everything that is told. */
  readonly timeZone?: string
}

/** The figures of an incident at this moment, with the sentence that says them. */
export async function readIncidentFigures(
  tx: Tx,
  incident: Incident,
  context: FiguresContext,
): Promise<IncidentFigures> {
  const findings = await listFindingsOf(tx, incident.number)
  const inventory = await listQueues(tx)
  const queues = await queueFigures(tx, incident, { context, inventory, findings })
  const people = await peopleFigures(tx, incident, { context, findings })
  const titled = findings.find(({ title }) => title === incident.title)
  const words = {
    label: context.settings.emails.label,
    people,
    // The title is that of one finding, which may have begun later than the incident.
    titleSinceMs: titled?.sinceMs ?? incident.sinceMs,
    titleEndMs: titled?.closedMs ?? null,
    clock: { nowMs: context.nowMs, timeZone: context.timeZone ?? context.settings.team.timeZone },
  }
  return {
    atMs: context.nowMs,
    headline: incidentHeadline(incident, words),
    people,
    queues,
    findings: findings.filter(({ closedMs }) => closedMs === null).map(({ title, sinceMs }) => ({ title, sinceMs })),
  }
}

interface QueueParts {
  readonly context: FiguresContext
  readonly inventory: readonly StoredQueue[]
  readonly findings: readonly JoinedFinding[]
}

/** The stages of the flow for an incident of the flow; else the queue itself; none for an incident of a source. */
async function queueFigures(tx: Tx, incident: Incident, parts: QueueParts): Promise<IncidentQueueFigures[]> {
  const names = queueNames(incident, parts)
  if (names.length === 0) return []
  const labels = new Map(parts.context.settings.flow.map(({ queue, label }) => [queue, label]))
  const dlqOf = new Map(parts.inventory.map((queue) => [queue.name, dlqNameOf(queue)]))
  const toMs = incident.resolvedMs ?? parts.context.nowMs
  const flows = await Promise.all(
    names.map((name) => readFlowOfOthers(tx, name, { fromMs: beganAt(name, incident, parts), toMs })),
  )
  const waiting = await deadLetters(tx, [...new Set(names.flatMap((name) => dlqOf.get(name) ?? []))])
  return names.map((name, at) => ({
    name,
    label: labels.get(name) ?? name,
    sent: flows[at]?.sent ?? null,
    deleted: flows[at]?.deleted ?? null,
    dlq: waiting.get(dlqOf.get(name) ?? '') ?? null,
  }))
}

/** From where a queue is counted: its leak where it has one, so that nothing processed before counts; else the minute in which the incident began. */
function beganAt(name: string, { sinceMs }: Incident, { findings }: QueueParts): number {
  const leaks = findings.filter(({ detector, subject }) => detector === 'flow-parity' && subject.id === name)
  const beganMs = leaks.length === 0 ? sinceMs : Math.min(...leaks.map((leak) => leak.sinceMs))
  // A period is told by its start.
  return Math.floor(beganMs / MINUTE_MS) * MINUTE_MS
}

function queueNames({ causeKey }: Incident, { context, inventory }: QueueParts): readonly string[] {
  const { flow } = context.settings
  const isOf = (name: string): boolean => causeOf({ kind: 'queue', id: name }, flow, inventory) === causeKey
  const stages = flow.map(({ queue }) => queue).filter(isOf)
  return stages.length > 0 ? stages : [causeKey].flatMap((key) => (key.startsWith('queue:') ? [key.slice(6)] : []))
}

/** Messages in dead-letter queues, visible and in flight, by the queue's name. A queue that was never read is absent. */
async function deadLetters(tx: Tx, names: readonly string[]): Promise<Map<string, number>> {
  const latest = await getLatestSamples(
    tx,
    names.flatMap((name) => [seriesOf.depth(name, 'visible'), seriesOf.depth(name, 'in-flight')]),
  )
  const found = new Map<string, number>()
  for (const name of names) {
    const visible = latest.get(seriesOf.depth(name, 'visible'))
    if (visible !== undefined)
      found.set(name, visible.value + (latest.get(seriesOf.depth(name, 'in-flight'))?.value ?? 0))
  }
  return found
}

interface PeopleParts {
  readonly context: FiguresContext
  readonly findings: readonly JoinedFinding[]
}

async function peopleFigures(tx: Tx, incident: Incident, parts: PeopleParts): Promise<IncidentFigures['people']> {
  const rule = withoutRuleOf(parts.context)
  const evidence = await getPeopleEvidence(tx)
  const { without, affected, remaining, pending, excused, bounced } = await countAffected(tx, incident.number, rule)
  const people = {
    without: evidence.hasOutcomes || rule.hasProfiles ? without : null,
    sinceIncident: remaining,
    affected,
    pending,
    excused,
    bounced,
  }
  const countable = rule.hasProfiles || !concernsPeople(incident.causeKey) ? 0 : countableProfiles(parts) - remaining
  return countable > 0 ? { ...people, countable } : people
}

/** Messages of new profiles that leaks hold back, where profiles themselves are not taken in. */
function countableProfiles({ context, findings }: PeopleParts): number {
  const stages = new Set(context.settings.flow.filter(({ profilesIn }) => profilesIn).map(({ queue }) => queue))
  const sent = findings
    .filter(
      ({ detector, subject, closedMs }) => detector === 'flow-parity' && closedMs === null && stages.has(subject.id),
    )
    .map(({ evidence }) => evidence['sent'])
  return sent.reduce<number>((sum, each) => sum + (typeof each === 'number' ? each : 0), 0)
}
