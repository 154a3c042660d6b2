import 'server-only'
import { concernsPeople, sourcesOf } from '#lib/domain/incident-cause.ts'
import type { ClosingEvidence, OutcomeEvidence } from '#lib/domain/incident-evidence.ts'
import type { Incident } from '#lib/domain/incident.ts'
import type { Tx } from '#lib/store/db.ts'
import { listFindingsOf, type JoinedFinding } from '#lib/store/incident-findings.ts'
import {
  countAffected,
  countWaitingProfiles,
  hasGoodOutcomeSince,
  listRemaining,
  noteBounced,
  noteNoAddress,
} from '#lib/store/incident-people.ts'
import { countProcessed } from '#lib/store/count-processed.ts'
import { listQueues } from '#lib/store/queues.ts'
import { getPeopleEvidence } from '#lib/store/read-people-since.ts'
import { withoutRuleOf } from '#lib/store/without-rule.ts'
import { affectedFromMs } from './affected-from.ts'
import { isOfBounces, mainFindings } from './explained-by.ts'
import { holdingFindings } from './holding-findings.ts'
import type { IncidentContext } from './incident-context.ts'

/** Which of the people an incident left without are known to have no address in the source: asked again after `fixedMs`, and failed again for that. */
export type KnownWithoutAddress = (
  tx: Tx,
  query: { readonly incident: number; readonly refs: readonly string[]; readonly fixedMs: number },
) => Promise<readonly string[]>

/** CloudWatch tells a minute by its start. */
const PERIOD_MS = 60_000

/** What is known about the end of an incident. */
export async function gatherEvidence(
  tx: Tx,
  incident: Incident,
  context: IncidentContext,
  knownWithoutAddress: KnownWithoutAddress,
): Promise<ClosingEvidence> {
  const findings = await listFindingsOf(tx, incident.number)
  const holding = holdingFindings(findings)
  const openFindings = holding.filter(({ closedMs }) => closedMs === null).length
  const { isBlind } = incident
  if (openFindings > 0 || isBlind) return { openFindings, isBlind, queues: [], outcomes: null }
  return {
    openFindings,
    isBlind,
    calmServices: findings.flatMap(({ subject, closedMs }) =>
      subject.kind === 'service' && closedMs !== null ? [subject.id] : [],
    ),
    queues: await processedQueues(tx, findings, context),
    outcomes: await outcomesOf(tx, { incident, findings: holding, knownWithoutAddress }, context),
  }
}

/**
 * Every queue in which messages were stuck or whose messages died, with what its reader processed from the end of its findings on. Of queues
 * that share a dead-letter queue nobody can say whose messages died, so they count as one.
 */
async function processedQueues(
  tx: Tx,
  findings: readonly JoinedFinding[],
  { settings, nowMs }: IncidentContext,
): Promise<ClosingEvidence['queues']> {
  const inventory = await listQueues(tx)
  const groups = new Map<string, { readonly queues: readonly string[]; readonly fromMs: number }>()
  for (const finding of findings.filter(({ subject }) => subject.kind === 'queue')) {
    const queues = sourcesOf(finding.subject.id, inventory)
    const key = queues.join(' ')
    const fromMs = Math.max(groups.get(key)?.fromMs ?? 0, wellFromMs(finding, settings.sources.sqs.everySeconds))
    groups.set(key, { queues, fromMs })
  }
  const labelOf = (name: string): string => settings.flow.find(({ queue }) => queue === name)?.label ?? name
  const counted = []
  for (const { queues, fromMs } of groups.values()) {
    const counts = []
    for (const queue of queues) counts.push(await countProcessed(tx, { queue, fromMs, toMs: nowMs }))
    const known = counts.filter((count) => count !== null)
    const processed = known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0)
    counted.push({ label: queues.map(labelOf).join(' or '), processed })
  }
  return counted
}

/**
 * From when on what is processed says that a queue is well. A leak closes at the start of the period of its first delete. Dead letters are
 * seen gone up to a reading after they went, and were processed in the period before that; where all of it took no longer, what was
 * processed before the finding is left out, since it says nothing of what came after.
 */
function wellFromMs({ detector, sinceMs, closedMs }: JoinedFinding, everySeconds: number): number {
  const endMs = closedMs ?? 0
  const fromMs = detector === 'flow-parity' ? endMs : Math.max(sinceMs, endMs - 2 * everySeconds * 1000 - PERIOD_MS)
  return Math.floor(fromMs / PERIOD_MS) * PERIOD_MS
}

interface Ended {
  readonly incident: Incident
  /** All closed. */
  readonly findings: readonly JoinedFinding[]
  readonly knownWithoutAddress: KnownWithoutAddress
}

/** Null where no outcome need follow: a queue outside the flow, or a team whose e-mails are not taken in. */
async function outcomesOf(tx: Tx, ended: Ended, context: IncidentContext): Promise<OutcomeEvidence | null> {
  const { incident, findings } = ended
  if (!concernsPeople(incident.causeKey)) return null
  const { hasOutcomes } = await getPeopleEvidence(tx)
  if (!hasOutcomes && context.settings.sources['email-outcomes'] === undefined) return null
  const rule = withoutRuleOf(context)
  const refs = await listRemaining(tx, incident.number, rule)
  if (refs.length > 0) {
    const query = { incident: incident.number, refs, fixedMs: fixedMsOf(incident, findings) }
    await noteNoAddress(tx, incident.number, await ended.knownWithoutAddress(tx, query))
    if (!mainFindings(findings).some(isOfBounces)) await noteBounced(tx, incident.number)
  }
  const endMs = Math.max(...findings.map(({ closedMs }) => closedMs ?? 0))
  const fromMs = await affectedFromMs(tx, incident, findings, context)
  const span = { incident: incident.number, fromMs, toMs: endMs }
  const everySeconds = context.settings.sources.sqs.everySeconds
  const wellMs = Math.min(...findings.map((finding) => wellFromMs(finding, everySeconds)))
  return {
    label: context.settings.emails.label,
    ...(await countAffected(tx, incident.number, rule)),
    waiting: rule.hasProfiles ? await countWaitingProfiles(tx, span) : 0,
    hasGoodOutcome: await hasGoodOutcomeSince(tx, wellMs),
  }
}

/**
 * When messages could be processed again: the end of the last leak, or before it when the first that Spillway had changed were; where none
 * was found, when the incident was noticed.
 */
function fixedMsOf(incident: Incident, findings: readonly JoinedFinding[]): number {
  const leaks = findings
    .filter(({ detector }) => detector === 'flow-parity')
    .map(({ closedMs, evidence }) => Number(evidence['changedProcessedMs'] ?? closedMs ?? 0))
  return leaks.length === 0 ? incident.openedMs : Math.max(...leaks)
}
