import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import type { IncidentFigures } from '#lib/domain/incident-figures.ts'
import { durationsOf, storyOf, summaryOf } from '#lib/domain/incident-story.ts'
import { incidentName, incidentNumber, incidentTruth, type Incident } from '#lib/domain/incident.ts'
import { listEntries } from '#lib/store/incident-entries.ts'
import { listFindingsOf, type JoinedFinding } from '#lib/store/incident-findings.ts'
import { BOUNCED, listAffected, NO_ADDRESS } from '#lib/store/incident-people.ts'
import { findSnapshot } from '#lib/store/incident-snapshots.ts'
import { getIncident } from '#lib/store/incidents.ts'
import { listMarks } from '#lib/store/marks.ts'
import { readIncidentFigures } from '#lib/store/read-incident-figures.ts'
import { withoutRuleOf } from '#lib/store/without-rule.ts'
import type { ParamsOf } from '#lib/views/define-view.ts'
import { findingRows, refFor } from '#lib/views/finding-rows.ts'
import { readView, type ViewContext } from '#lib/views/read-view.ts'
import type { Headline, MarkPoint } from '#lib/views/shared.ts'
import { blindOf, loadSight } from '#lib/views/source-statuses.ts'
import {
  incidentView,
  type AffectedRow,
  type DoneBy,
  type IncidentFindingRow,
  type IncidentPage,
  type IncidentPeople,
} from './contract.ts'
import { loadHealing } from './load-healing.ts'

const MOST_PEOPLE = 500
const MARKS_BEFORE_MS = 30 * 60_000

/** One incident: as it was told at a moment, and as it is. Throws `not_found` for a name that no incident has. */
export async function loadIncident(
  { name, to }: ParamsOf<typeof incidentView>,
  context: ViewContext,
): Promise<IncidentPage> {
  const { tx, nowMs } = context
  const number = incidentNumber(name)
  if (number === null) throw new AppError('not_found', `There is no incident ${name}.`)
  const incident = await getIncident(tx, number)
  const [sight, entries, findings, then, figuresNow, people, marks] = await Promise.all([
    loadSight(context),
    listEntries(tx, number),
    listFindingsOf(tx, number),
    findSnapshot(tx, number, to ?? null),
    readIncidentFigures(tx, incident, context),
    loadAffected(number, context),
    loadMarks(incident, context),
  ])
  const { causes, undecided, healing } = await loadHealing(incident, findings, context)
  const durations = durationsOf(incident, entries, nowMs)
  return {
    nowMs,
    headline: headlineOf(incident, figuresNow),
    blind: blindOf(sight.statuses),
    ...facts(incident),
    durations,
    summary: summaryOf(durations, figuresNow.people.affected),
    story: storyOf(incident, entries),
    figuresThen: then?.figures ?? null,
    toldTimeZone: context.settings.team.timeZone,
    isMoment: to !== undefined,
    figuresNow,
    people: {
      ...peopleOf(figuresNow),
      rows: people,
      left: people.length < MOST_PEOPLE ? 0 : Math.max(0, figuresNow.people.affected - people.length),
    },
    findings: rowsOf(findings),
    marks,
    causes,
    undecided,
    healing: { ...healing, peopleToAsk: figuresNow.people.sinceIncident },
  }
}

type Facts = Pick<
  IncidentPage,
  | 'number'
  | 'name'
  | 'title'
  | 'truth'
  | 'state'
  | 'severity'
  | 'isBlind'
  | 'service'
  | 'sinceMs'
  | 'openedMs'
  | 'acknowledged'
  | 'resolved'
  | 'healingMs'
  | 'waitingFor'
>

function facts(incident: Incident): Facts {
  const { number, title, state, severity, isBlind, service, sinceMs, openedMs, healingMs, waitingFor } = incident
  return {
    number,
    name: incidentName(number),
    title,
    truth: incidentTruth(incident),
    state,
    severity,
    isBlind,
    service,
    sinceMs,
    openedMs,
    acknowledged: doneBy(incident.acknowledgedMs, incident.acknowledgedBy),
    resolved: doneBy(incident.resolvedMs, incident.resolvedBy),
    healingMs,
    waitingFor,
  }
}

function doneBy(atMs: number | null, by: string | null): DoneBy | null {
  return atMs === null || by === null ? null : { atMs, by }
}

/** The sentence of the figures, and, where nothing is seen to be wrong any more, why it is still open. */
function headlineOf(incident: Incident, figures: IncidentFigures): Headline {
  // That people are still without stands in the sentence already.
  const isSaid = figures.people.sinceIncident > 0 && incident.waitingFor?.includes(' still without ') === true
  const isWaiting =
    incident.healingMs !== null && incident.state !== 'resolved' && incident.waitingFor !== null && !isSaid
  return {
    truth: incidentTruth(incident),
    text: isWaiting ? `${figures.headline}. It stays open: ${incident.waitingFor}.` : `${figures.headline}.`,
    short: `${incidentName(incident.number)} ${incident.title}`,
  }
}

/** Counted once, so that the sentence, the figures and the list of people never differ. */
function peopleOf({ people }: IncidentFigures): Omit<IncidentPeople, 'rows' | 'left'> {
  const { affected, sinceIncident: remaining, pending = 0, excused = 0, bounced = 0 } = people
  return { affected, remaining, pending, excused, bounced }
}

/** Why somebody remains, by what the store notes. */
const NOTE_WORDS: Readonly<Record<string, string>> = {
  [NO_ADDRESS]: 'no e-mail address in the source',
  [BOUNCED]: 'the e-mail went out and bounced',
}

async function loadAffected(number: number, context: ViewContext): Promise<AffectedRow[]> {
  const { tx, viewer } = context
  const rows = await listAffected(tx, number, { rule: withoutRuleOf(context), limit: MOST_PEOPLE })
  return rows.map(({ ref, sinceMs, healedMs, note, isWithout }) => ({
    ref: refFor(viewer, ref),
    sinceMs,
    healedMs,
    note:
      healedMs === null && !isWithout ? 'no e-mail is known to have gone out yet' : note && (NOTE_WORDS[note] ?? note),
  }))
}

/** Up to its end; those of the present moment included. */
async function loadMarks(incident: Incident, { tx, nowMs }: ViewContext): Promise<MarkPoint[]> {
  const marks = await listMarks(tx, {
    fromMs: incident.sinceMs - MARKS_BEFORE_MS,
    toMs: (incident.resolvedMs ?? nowMs) + 1,
  })
  return marks.map(({ atMs, kind, title }) => ({ atMs, kind, title }))
}

function rowsOf(findings: readonly JoinedFinding[]): IncidentFindingRow[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]))
  return findingRows(findings).map((row) => ({
    ...row,
    closedMs: byId.get(row.id)?.closedMs ?? null,
    joinedMs: byId.get(row.id)?.joinedMs ?? row.openedMs,
  }))
}

export const incidentQuery = readView(incidentView, loadIncident)
