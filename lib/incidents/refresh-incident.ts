import 'server-only'
import { capitalised } from '#lib/domain/count-words.ts'
import type { Finding } from '#lib/domain/finding.ts'
import { concernsPeople } from '#lib/domain/incident-cause.ts'
import { peopleWords } from '#lib/domain/incident-words.ts'
import { INCIDENT_SEVERITIES, severityOf, SPILLWAY, type Incident } from '#lib/domain/incident.ts'
import type { Tx } from '#lib/store/db.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { listFindingsOf, type JoinedFinding } from '#lib/store/incident-findings.ts'
import type { AffectedCount } from '#lib/store/incident-people.ts'
import { lockIncident, updateIncident, type IncidentChange } from '#lib/store/incidents.ts'
import { addMarks } from './add-marks.ts'
import { beganMs } from './began-at.ts'
import { holdingFindings } from './holding-findings.ts'
import { countPeopleOf } from './count-people-of.ts'
import { mainFindings } from './explained-by.ts'
import type { IncidentContext } from './incident-context.ts'

/** An incident as it is now, and whether anything of it, or of its timeline, is other than before. */
export interface Refreshed {
  readonly incident: Incident
  readonly hasChanged: boolean
}

/**
 * Brings an open incident up to date with its findings, the people whom it affects and the marks around its beginning. Holds its row until
 * the transaction ends. With `isNew` nothing is said of the people: the entry of its detection does.
 */
export async function refreshIncident(
  tx: Tx,
  number: number,
  context: IncidentContext,
  options: { readonly isNew: boolean },
): Promise<Refreshed> {
  const incident = await lockIncident(tx, number)
  if (incident.state === 'resolved') return { incident, hasChanged: false }
  const findings = await listFindingsOf(tx, number)
  const sinceMs = await beganMs(tx, incident, findings, context)
  const people = concernsPeople(incident.causeKey)
    ? await countPeopleOf(tx, { ...incident, sinceMs }, findings, context)
    : null
  const change = changesOf(incident, { sinceMs, ...toldBy(incident, findings), ...harmOf(people) })
  if (!options.isNew && people !== null) await notePeople(tx, incident, people, context)
  const marks = await addMarks(tx, { number, sinceMs })
  if (change === null) return { incident, hasChanged: marks > 0 }
  const updated = await updateIncident(tx, incident, change, context.nowMs)
  if (updated === null) throw new Error(`incident ${number} changed while its row was held`)
  return { incident: updated, hasChanged: true }
}

/** What the findings say. While none holds, the title is that of the weightiest, since it names what is not shown to be healed yet. */
function toldBy(incident: Incident, all: readonly JoinedFinding[]): IncidentChange {
  const findings = holdingFindings(all)
  const held = findings.filter(({ closedMs }) => closedMs === null)
  const [leading] = mainFindings(held.length > 0 ? held : findings).toSorted(byWeight)
  const isBlind = findings.every(({ severity }) => severity === 'unknown')
  const healingMs = held.length > 0 ? null : Math.max(...findings.map(({ closedMs }) => closedMs ?? 0))
  return { title: leading?.title ?? incident.title, isBlind, healingMs: findings.length === 0 ? null : healingMs }
}

const WEIGHTS = ['flow-parity', 'dlq-not-empty', 'going-round', 'email-failed-spike', 'email-silence']

/** Where messages are lost comes before where it shows; then what began first. */
function byWeight(a: Finding, b: Finding): number {
  return weightOf(a) - weightOf(b) || a.sinceMs - b.sinceMs
}

function weightOf({ detector, severity }: Finding): number {
  const place = WEIGHTS.indexOf(detector)
  return (severity === 'unknown' ? 100 : 0) + (place === -1 ? WEIGHTS.length : place)
}

function harmOf(people: AffectedCount | null): IncidentChange {
  return people === null ? {} : { peopleAffected: people.affected, severity: severityOf(people.affected) }
}

/** Only what differs; null when nothing does. */
function changesOf(incident: Incident, wanted: IncidentChange): IncidentChange | null {
  const now: Readonly<Record<string, unknown>> = { ...incident }
  const different = Object.entries(wanted).filter(([key, value]) => now[key] !== value)
  return different.length === 0 ? null : Object.fromEntries(different)
}

/** Says when it becomes worse, and when nobody is without any more. */
async function notePeople(
  tx: Tx,
  incident: Incident,
  people: AffectedCount,
  { settings, nowMs }: IncidentContext,
): Promise<void> {
  const { affected, remaining, pending, excused, bounced } = people
  const isWorse = rankOf(severityOf(affected)) > rankOf(incident.severity)
  const isDone = affected > 0 && remaining + pending === 0
  if (!isWorse && !isDone) return
  const words = {
    label: settings.emails.label,
    people: { without: null, sinceIncident: remaining, affected, pending, excused, bounced },
  }
  await addEntry(tx, {
    incident: incident.number,
    atMs: nowMs,
    kind: 'people',
    actor: SPILLWAY,
    text: capitalised(peopleWords(words) ?? ''),
    data: { affected, remaining, excused, isWorse: isWorse && !isDone },
    // What was said once is not said again when somebody goes and comes.
    onceKey: isDone ? `people done ${affected} ${excused}` : `people ${severityOf(affected)}`,
  })
}

function rankOf(severity: Incident['severity']): number {
  return INCIDENT_SEVERITIES.indexOf(severity)
}
