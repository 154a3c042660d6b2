import 'server-only'
import { emailsHeadline } from '#lib/domain/emails-headline.ts'
import { concernsPeople } from '#lib/domain/incident-cause.ts'
import { reasonLabel } from '#lib/domain/outcome-words.ts'
import { listOpenIncidents } from '#lib/store/incidents.ts'
import { rangeStartMs } from '#lib/domain/people-filter.ts'
import { countSegments } from '#lib/store/count-segments.ts'
import { countOutcomes } from '#lib/store/outcomes.ts'
import { listPeopleWithout, type PersonWithout } from '#lib/store/people-without.ts'
import { personKey } from '#lib/store/person-key.ts'
import { countQuarantined } from '#lib/store/quarantine.ts'
import { readRecovery } from '#lib/store/read-recovery.ts'
import { rangeWords } from '#lib/views/chart-data.ts'
import { loadEmailChart } from '#lib/views/email-chart.ts'
import type { ParamsOf } from '#lib/views/define-view.ts'
import { loadFindingRows, refFor } from '#lib/views/finding-rows.ts'
import { incidentRows, openIncidents } from '#lib/views/incident-rows.ts'
import { emailSources, firstMissing, loadPageParts } from '#lib/views/page-parts.ts'
import { loadPeople, peopleWithout, type PeopleKnown } from '#lib/views/people.ts'
import { whyWords } from '#lib/views/people-list/query.ts'
import { readView, type ViewContext } from '#lib/views/read-view.ts'
import { blindOf, statusOf } from '#lib/views/source-statuses.ts'
import { emailTroubles } from '#lib/views/troubles.ts'
import { emailsView, type Emails, type PersonRow, type ReasonRow } from './contract.ts'
import { loadJourney } from './journey.ts'
import { segmentTables } from './segments.ts'

/** People on the page at most; the rest is counted. */
const MOST_PEOPLE = 12
/** What share of failures is usual is seen from so many days before the range. */
const USUAL_DAYS = 28
const DAY_MS = 86_400_000

/** Onboarding e-mails and the people without theirs. */
export async function loadEmails({ range }: ParamsOf<typeof emailsView>, context: ViewContext): Promise<Emails> {
  const { tx, nowMs, settings } = context
  const parts = await loadPageParts(context)
  const { sight, clock } = parts
  const findings = parts.findings.filter((finding) => finding.subject.kind === 'emails')
  const people = await loadPeople(context, parts)
  const chart = await loadEmailChart({
    context,
    sight,
    findings,
    evidence: people.evidence,
    range,
    lines: ['delivered', 'accepted', 'failed'],
  })
  const span = { fromMs: rangeStartMs(range, nowMs), toMs: nowMs }
  const [totals, listed, quarantined, shares, incidents] = await Promise.all([
    countOutcomes(tx, { ...span, isOnboarding: true }),
    listPeopleWithout(tx, { ...people.rule, limit: MOST_PEOPLE }),
    countQuarantined(tx),
    loadShares(people.reasons, span, context),
    listOpenIncidents(tx),
  ])
  const { hasOutcomes, hasProfiles, lastEventMs } = people.evidence
  const counts = hasOutcomes ? totals : null
  const journey = await loadJourney({ context, parts, fromMs: span.fromMs, counts, hasProfiles })
  const statuses = emailSources(sight.statuses)
  const headline = emailsHeadline(
    {
      clock,
      label: settings.emails.label,
      people: people.facts,
      troubles: (people.facts.named ?? 0) > 0 ? [] : emailTroubles(findings),
      incidents: openIncidents(incidents.filter(({ causeKey }) => concernsPeople(causeKey))),
      sources: statuses,
      firstMissing: firstMissing(statuses),
      ...people.evidence,
      coversProfiles: people.coversProfiles,
    },
    totals.delivered,
    rangeWords(range),
  )
  return {
    nowMs,
    headline,
    blind: blindOf(statuses),
    people: peopleWithout(people.facts),
    findings: await loadFindingRows(tx, findings),
    incidents: incidentRows(incidents.filter(({ causeKey }) => concernsPeople(causeKey))),
    totals,
    chart,
    ...shares,
    journey,
    persons: listed.persons.map((person) => personRow(person, context)),
    peopleLeftOut: listed.total - listed.persons.length,
    quarantined,
    lastEventMs,
    hasOutcomes,
    isConnected: statusOf(sight.statuses, 'email-outcomes').state !== 'not-configured',
  }
}

/** What fails by reason and by segment, and what recovered. */
async function loadShares(
  open: PeopleKnown['reasons'],
  span: { readonly fromMs: number; readonly toMs: number },
  { tx }: ViewContext,
): Promise<Pick<Emails, 'reasons' | 'segments' | 'recovery'>> {
  const [segments, recovery] = await Promise.all([
    countSegments(tx, { ...span, usualFromMs: span.fromMs - USUAL_DAYS * DAY_MS }),
    readRecovery(tx, span),
  ])
  return {
    reasons: reasonRows(open),
    segments: segmentTables(segments),
    recovery: { ...recovery, open: open.reduce((sum, { count }) => sum + count, 0) },
  }
}

function reasonRows(reasons: PeopleKnown['reasons']): ReasonRow[] {
  const all = reasons.reduce((sum, { count }) => sum + count, 0)
  return reasons.map(({ reason, count }) => ({ reason, label: reasonLabel(reason), open: count, share: count / all }))
}

function personRow(person: PersonWithout, { viewer, env }: ViewContext): PersonRow {
  return {
    key: personKey(env.SPILLWAY_SECRET ?? '', person.ref),
    ref: refFor(viewer, person.ref),
    why: whyWords(person),
    notificationType: person.notificationType,
    localOffice: person.localOffice,
    sinceMs: person.sinceMs,
  }
}

export const emailsQuery = readView(emailsView, loadEmails)
