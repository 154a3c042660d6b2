import 'server-only'
import type { PeopleFacts } from '#lib/domain/people-sentence.ts'
import { concernsPeople } from '#lib/domain/incident-cause.ts'
import { listOpenIncidents } from '#lib/store/incidents.ts'
import { countPeopleHeardOf } from '#lib/store/count-people-heard-of.ts'
import { countOpenFailuresByReason } from '#lib/store/outcomes.ts'
import { countPeopleWithout, type WithoutRule } from '#lib/store/people-without.ts'
import { countPeopleSince, getPeopleEvidence, type PeopleEvidence } from '#lib/store/read-people-since.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import type { StoredFinding } from '#lib/store/findings.ts'
import { readToMsOf } from '#lib/sources/tap-cursor.ts'
import { sumPoints } from '#lib/store/samples.ts'
import { getSourceState } from '#lib/store/source-states.ts'
import type { PeopleWithout } from './overview/contract.ts'
import type { PageParts } from './page-parts.ts'
import type { ViewContext } from './read-view.ts'
import { statusOf, type Sight } from './source-statuses.ts'
import { isLeak } from './troubles.ts'

/** The people of the design's definition of "without", with what is known about them at all. */
export interface PeopleKnown {
  readonly facts: PeopleFacts
  readonly evidence: PeopleEvidence
  readonly reasons: readonly { readonly reason: string; readonly count: number }[]
  /** Profiles are read, or a queue of profiles is seen to flow: nobody can be missing unseen. */
  readonly coversProfiles: boolean
  /** The definition by which they were counted. */
  readonly rule: WithoutRule
}

export async function loadPeople(context: ViewContext, parts: PageParts): Promise<PeopleKnown> {
  const { tx } = context
  const { evidence, rule } = await loadWithoutRule(context, parts)
  const since = await breakSince(context, parts.findings)
  const [count, reasons, namedSince] = await Promise.all([
    countPeopleWithout(tx, rule),
    countOpenFailuresByReason(tx, { isOnboarding: true, overdueBeforeMs: rule.nowMs - rule.overdueAfterMs }),
    since === null ? null : countPeopleSince(tx, rule, since),
  ])
  // Profiles alone show who has no e-mail, and of nobody that they have theirs.
  const isKnown = evidence.hasOutcomes || (rule.hasProfiles && count.named > 0)
  const facts: PeopleFacts = {
    named: isKnown ? count.named : null,
    byFailure: evidence.hasOutcomes ? count.byFailure : null,
    byOverdue: evidence.hasOutcomes ? count.byOverdue : null,
    byNoNotification: rule.hasProfiles ? count.byNoNotification : null,
    countable: rule.hasProfiles ? null : await countable(context, parts.findings),
    sinceMs: count.sinceMs,
    openReasons: reasons.map(({ reason }) => reason).filter((reason) => reason !== 'overdue'),
    sinceBreak: since === null || namedSince === null ? null : { count: namedSince, sinceMs: since },
  }
  return { facts, evidence, reasons, coversProfiles: coversProfiles(context, parts, evidence), rule }
}

/** The definition of "without" at this moment, with the evidence behind it. */
export async function loadWithoutRule(
  context: ViewContext,
  parts: PageParts,
): Promise<Pick<PeopleKnown, 'evidence' | 'rule'>> {
  const { tx } = context
  const [evidence, tap] = await Promise.all([getPeopleEvidence(tx), getSourceState(tx, 'email-outcomes')])
  const readToMs = readToMsOf(tap?.cursor ?? null)
  const seenToMs = outcomesSeenToMs(context.nowMs, parts.sight, { ...evidence, readToMs })
  return { evidence, rule: withoutRule(context, parts, seenToMs) }
}

/**
 * The definition of "without" in this team's settings, as of the moment to which outcomes are seen: an e-mail that went out since then
 * would not be known, and nobody is without theirs for that. Profiles count where their source is connected and outcomes were ever seen.
 */
function withoutRule({ nowMs, settings }: ViewContext, { sight }: PageParts, seenToMs: number | null): WithoutRule {
  return {
    nowMs: seenToMs ?? nowMs,
    withoutAfterMs: settings.emails.withoutAfterMinutes * 60_000,
    overdueAfterMs: settings.emails.overdueAfterMinutes * 60_000,
    hasProfiles: seenToMs !== null && statusOf(sight.statuses, 'profiles').state !== 'not-configured',
  }
}

interface Seen {
  readonly lastEventMs: number | null
  /** When the newest message read was sent, while more may be waiting: after an outage the rest is read bit by bit. */
  readonly readToMs: number | null
}

/** Up to when every outcome is known; null while none ever was. Where they are only imported or pushed, that is the latest event. */
function outcomesSeenToMs(nowMs: number, { statuses }: Sight, { lastEventMs, readToMs }: Seen): number | null {
  const { state, parts, lastOkMs } = statusOf(statuses, 'email-outcomes')
  if (parts.length > 0) return nowMs
  if (state === 'ok') return Math.min(nowMs, readToMs ?? nowMs)
  if (lastOkMs === null && lastEventMs === null) return null
  return Math.min(nowMs, Math.max(readToMs ?? lastOkMs ?? 0, lastEventMs ?? 0))
}

/** The same as pages show it. */
export function peopleWithout(facts: PeopleFacts): PeopleWithout {
  const { named, byFailure, byOverdue, byNoNotification, sinceMs } = facts
  const isCountable = facts.countable !== null && facts.countable > 0
  return { named, byFailure, byOverdue, byNoNotification, countable: isCountable ? facts.countable : null, sinceMs }
}

/** Leaks at stages where each message stands for one new profile. */
function profileLeaks({ settings }: ViewContext, findings: readonly StoredFinding[]): StoredFinding[] {
  const queues = new Set(settings.flow.filter((stage) => stage.profilesIn).map((stage) => stage.queue))
  return findings.filter((finding) => isLeak(finding) && queues.has(finding.subject.id))
}

/**
 * When the present break began: the open incident that left most people without; where there is none yet, a leak of the flow, the one of profiles
 * first, else the first e-mail finding; null without one. A finding may come and go while the break lasts; the incident is the whole of it.
 */
async function breakSince(context: ViewContext, findings: readonly StoredFinding[]): Promise<number | null> {
  const [worst] = (await listOpenIncidents(context.tx))
    .filter(({ causeKey, isBlind, peopleAffected }) => concernsPeople(causeKey) && !isBlind && peopleAffected > 0)
    .toSorted((a, b) => b.peopleAffected - a.peopleAffected || a.sinceMs - b.sinceMs)
  if (worst !== undefined) return worst.sinceMs
  const flow = new Set(context.settings.flow.map((stage) => stage.queue))
  const candidates = [
    profileLeaks(context, findings),
    findings.filter((finding) => isLeak(finding) && flow.has(finding.subject.id)),
    findings.filter((finding) => finding.subject.kind === 'emails' && finding.severity === 'bad'),
  ].find((group) => group.length > 0)
  return candidates === undefined ? null : Math.min(...candidates.map((finding) => finding.sinceMs))
}

/**
 * Profiles sent into a broken stage since the break, less the people whose first e-mail was heard of since then, healed ones included;
 * null when no such stage is broken.
 */
async function countable(context: ViewContext, findings: readonly StoredFinding[]): Promise<number | null> {
  const leaks = profileLeaks(context, findings)
  if (leaks.length === 0) return null
  const sent = await Promise.all(leaks.map((leak) => sentSince(context, leak)))
  const heardOf = await countPeopleHeardOf(context.tx, Math.min(...leaks.map((leak) => leak.sinceMs)))
  return Math.max(0, sent.reduce((sum, each) => sum + each, 0) - heardOf)
}

/** The figure that the finding itself states, so that the page does not say two; counted anew for a finding without one. */
async function sentSince({ tx, nowMs }: ViewContext, leak: StoredFinding): Promise<number> {
  const told = leak.evidence['sent']
  if (typeof told === 'number') return told
  const series = seriesOf.flow(leak.subject.id, 'sent')
  return (await sumPoints(tx, { series: [series], fromMs: leak.sinceMs, toMs: nowMs })).get(series) ?? 0
}

function coversProfiles({ settings }: ViewContext, { sight, findings }: PageParts, evidence: PeopleEvidence): boolean {
  if (statusOf(sight.statuses, 'profiles').state === 'ok') return evidence.hasProfiles
  const queues = settings.flow.filter((stage) => stage.profilesIn).map((stage) => stage.queue)
  const isSeen = statusOf(sight.statuses, 'cloudwatch-metrics').state === 'ok'
  return (
    isSeen && queues.length > 0 && !findings.some((finding) => isLeak(finding) && queues.includes(finding.subject.id))
  )
}
