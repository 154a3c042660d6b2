import 'server-only'
import { causeOf, serviceOf } from '#lib/domain/incident-cause.ts'
import { peopleWords } from '#lib/domain/incident-words.ts'
import { incidentName, SPILLWAY, type Incident } from '#lib/domain/incident.ts'
import { subjectKey } from '#lib/domain/finding.ts'
import { insertAudit } from '#lib/store/audit.ts'
import type { Tx } from '#lib/store/db.ts'
import type { StoredFinding } from '#lib/store/findings.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { joinFinding, listFindingsOf, listStrayFindings } from '#lib/store/incident-findings.ts'
import { countAffected } from '#lib/store/incident-people.ts'
import { findOpenIncident, findResolvedSince, insertIncident, listOpenIncidents } from '#lib/store/incidents.ts'
import { lockIncidents } from '#lib/store/lock-incidents.ts'
import { listQueues, type StoredQueue } from '#lib/store/queues.ts'
import { withoutRuleOf } from '#lib/store/without-rule.ts'
import type { IncidentContext } from './incident-context.ts'
import { refreshIncident } from './refresh-incident.ts'
import { reopenIncident } from './reopen-incident.ts'
import { tellIncident } from './tell-incident.ts'

/** A cause that breaks again within this time is the same incident. */
const REOPEN_MS = 24 * 3_600_000

/**
 * Makes incidents of what is found: opens one for each new cause, reopens one that was resolved not long ago, joins findings of a cause to
 * its open incident, and brings titles, severities and people of all open ones up to date. Belongs into the transaction in which findings
 * changed, after the locks of the detectors. Returns true when anything changed.
 */
export async function openIncidents(tx: Tx, context: IncidentContext): Promise<boolean> {
  await lockIncidents(tx)
  const strays = await listStrayFindings(tx)
  const inventory = strays.length === 0 ? [] : await listQueues(tx)
  const fresh = new Map<number, Beginning>()
  for (const [cause, findings] of byCause(strays, inventory, context)) {
    const { number, how } = await takeIn(tx, { cause, findings, inventory }, context)
    fresh.set(number, how)
  }
  let hasChanged = false
  for (const { number } of await listOpenIncidents(tx)) {
    const how = fresh.get(number) ?? null
    const refreshed = await refreshIncident(tx, number, context, { isNew: how === 'opened' })
    if (how === 'opened') await noteDetection(tx, refreshed.incident, context)
    if (how === null && !refreshed.hasChanged) continue
    hasChanged = true
    await tellIncident(tx, refreshed.incident, context)
  }
  return hasChanged
}

type Beginning = 'opened' | 'reopened' | 'joined'

interface Taken {
  readonly cause: string
  /** Findings of the cause that belong to no incident yet, oldest first; at least one. */
  readonly findings: readonly StoredFinding[]
  readonly inventory: readonly StoredQueue[]
}

function byCause(
  findings: readonly StoredFinding[],
  inventory: readonly StoredQueue[],
  { settings }: IncidentContext,
): Map<string, StoredFinding[]> {
  const groups = new Map<string, StoredFinding[]>()
  for (const finding of findings) {
    const cause = causeOf(finding.subject, settings.flow, inventory)
    groups.set(cause, [...(groups.get(cause) ?? []), finding])
  }
  return groups
}

async function takeIn(
  tx: Tx,
  taken: Taken,
  context: IncidentContext,
): Promise<{ readonly number: number; readonly how: Beginning }> {
  const begun = await begin(tx, taken, context)
  const { number } = begun.incident
  const known = new Set((await listFindingsOf(tx, number)).map(signOf))
  for (const finding of taken.findings) {
    await joinFinding(tx, { incident: number, finding: finding.id, atMs: context.nowMs })
    if (begun.how !== 'joined' || known.has(signOf(finding))) continue
    const entry = { incident: number, atMs: context.nowMs, kind: 'joined', actor: SPILLWAY } as const
    await addEntry(tx, {
      ...entry,
      text: `Also found: ${finding.title}`,
      data: { finding: finding.id, sinceMs: finding.sinceMs },
    })
  }
  return { number, how: begun.how }
}

/** A sign that comes and goes is told once. */
function signOf({ detector, subject }: Pick<StoredFinding, 'detector' | 'subject'>): string {
  return `${detector} ${subjectKey(subject)}`
}

async function begin(
  tx: Tx,
  taken: Taken,
  context: IncidentContext,
): Promise<{ readonly incident: Incident; readonly how: Beginning }> {
  const { cause, findings } = taken
  const open = await findOpenIncident(tx, cause)
  if (open !== null) return { incident: open, how: 'joined' }
  const ended = await findResolvedSince(tx, cause, context.nowMs - REOPEN_MS)
  if (ended !== null) return { incident: await reopenIncident(tx, ended, findings, context), how: 'reopened' }
  const opened = await insertIncident(tx, newIncident(taken, context))
  if (opened !== null) return { incident: opened, how: 'opened' }
  // Another process was faster between the two questions; its incident is committed by now.
  const theirs = await findOpenIncident(tx, cause)
  if (theirs === null) throw new Error(`an incident of ${cause} was opened by nobody`)
  return { incident: theirs, how: 'joined' }
}

/** Title, severity and people are those of the first moment; they are brought up to date in the same transaction. */
function newIncident({ cause, findings, inventory }: Taken, { settings, nowMs }: IncidentContext) {
  const [first] = findings
  if (first === undefined) throw new Error(`an incident of ${cause} without a finding`)
  return {
    causeKey: cause,
    service:
      findings.map(({ subject }) => serviceOf(subject, settings.flow, inventory)).find((name) => name !== null) ?? null,
    title: first.title,
    severity: 'low',
    isBlind: findings.every(({ severity }) => severity === 'unknown'),
    sinceMs: Math.min(nowMs, ...findings.map(({ sinceMs }) => sinceMs)),
    openedMs: nowMs,
    peopleAffected: 0,
  } as const
}

async function noteDetection(tx: Tx, incident: Incident, context: IncidentContext): Promise<void> {
  const { settings, nowMs } = context
  const { affected, remaining, excused, bounced } = await countAffected(tx, incident.number, withoutRuleOf(context))
  const people = peopleWords({
    label: settings.emails.label,
    people: { without: null, sinceIncident: remaining, affected, excused, bounced },
  })
  await addEntry(tx, {
    incident: incident.number,
    atMs: nowMs,
    kind: 'detected',
    actor: SPILLWAY,
    text: people === null ? incident.title : `${incident.title}; ${people}`,
    data: { sinceMs: incident.sinceMs, people: affected },
  })
  await insertAudit(tx, {
    atMs: nowMs,
    actor: SPILLWAY,
    action: 'open-incident',
    result: 'done',
    detail: { incident: incidentName(incident.number), cause: incident.causeKey },
  })
}
