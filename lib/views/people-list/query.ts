import 'server-only'
import { resyncName, resyncProofWords, resyncTruth, RESYNC_STATE_WORDS } from '#lib/domain/resync.ts'
import { reasonLabel } from '#lib/domain/outcome-words.ts'
import { isWaiting, typeLabel } from '#lib/domain/people-filter.ts'
import { peopleHeadline } from '#lib/domain/people-headline.ts'
import { countPeople, listPeople, type ListedPerson } from '#lib/store/list-people.ts'
import { listSegments } from '#lib/store/list-segments.ts'
import { proveResync } from '#lib/store/read-resync.ts'
import { listResyncs, type Resync } from '#lib/store/resyncs.ts'
import type { ParamsOf } from '#lib/views/define-view.ts'
import { canReadRefs, refFor } from '#lib/views/finding-rows.ts'
import { emailSources, firstMissing, loadPageParts } from '#lib/views/page-parts.ts'
import { loadWithoutRule } from '#lib/views/people.ts'
import { personKey } from '#lib/store/person-key.ts'
import { readView, type ViewContext } from '#lib/views/read-view.ts'
import { blindOf } from '#lib/views/source-statuses.ts'
import {
  peopleListView,
  type ListedPersonRow,
  type PeopleChoices,
  type PeopleList,
  type ResyncBrief,
} from './contract.ts'

const PAGE_SIZE = 100
const CHOICE_DAYS = 90
const DAY_MS = 86_400_000
const MOST_RESYNCS = 3

/** People behind a figure: a page of those whom the filter holds. */
export async function loadPeopleList(
  { page, ...filter }: ParamsOf<typeof peopleListView>,
  context: ViewContext,
): Promise<PeopleList> {
  const { tx, nowMs, settings, viewer } = context
  const parts = await loadPageParts(context)
  const { rule: seen, evidence } = await loadWithoutRule(context, parts)
  // What went out is looked at up to now; who is without, up to when it is seen.
  const rule = isWaiting(filter.state) ? seen : { ...seen, nowMs }
  const [count, found, choices, resyncs] = await Promise.all([
    countPeople(tx, filter, rule),
    listPeople(tx, filter, rule, { offset: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE }),
    loadChoices(context),
    loadBriefs(context),
  ])
  const statuses = emailSources(parts.sight.statuses)
  return {
    nowMs,
    headline: peopleHeadline({
      filter,
      people: count.people,
      label: settings.emails.label,
      clock: parts.clock,
      sources: statuses,
      firstMissing: firstMissing(statuses),
      hasOutcomes: evidence.hasOutcomes,
    }),
    blind: blindOf(statuses),
    filter,
    count,
    page,
    pages: Math.max(1, Math.ceil(count.people / PAGE_SIZE)),
    rows: found.map((person) => rowOf(person, context)),
    isClear: canReadRefs(viewer),
    choices,
    hasProfiles: evidence.hasProfiles,
    asOfMs: seen.nowMs,
    whyNoResync:
      settings.resync === undefined
        ? 'Not set up: give resync.queueUrl or resync.url in spillway.yaml, and restart.'
        : null,
    perSecond: settings.resync?.perSecond ?? null,
    resyncs,
  }
}

function rowOf(person: ListedPerson, { viewer, env }: ViewContext): ListedPersonRow {
  return {
    key: personKey(env.SPILLWAY_SECRET ?? '', person.ref),
    ref: refFor(viewer, person.ref),
    why: whyWords(person),
    detail: person.why === 'failed' ? person.rawDetail : null,
    notificationType: person.notificationType,
    localOffice: person.localOffice,
    domain: person.domain,
    emails: person.emails,
    sinceMs: person.sinceMs,
    asked: person.asked,
    askedMs: person.askedMs,
  }
}

/** Why somebody stands in a list: `no e-mail address`, `overdue`, `no notification at all`, `sent after a failure`. */
export function whyWords({ why, reason }: Pick<ListedPerson, 'why' | 'reason'>): string {
  if (why === 'failed') return reasonLabel(reason ?? 'none')
  return WHY[why] ?? why
}

const WHY: Readonly<Record<string, string>> = {
  overdue: 'overdue',
  no_notification: 'no notification at all',
  recovered: 'sent after a failure',
  accepted: 'handed over',
}

async function loadChoices({ tx, nowMs }: ViewContext): Promise<PeopleChoices> {
  const segments = await listSegments(tx, nowMs - CHOICE_DAYS * DAY_MS)
  return {
    reasons: segments.reasons.map((value) => ({ value, label: reasonLabel(value) })),
    offices: segments.offices.map((value) => ({ value, label: value })),
    types: segments.types.map((value) => ({ value, label: typeLabel(value) })),
    domains: segments.domains.map((value) => ({ value, label: value })),
  }
}

async function loadBriefs({ tx }: ViewContext): Promise<ResyncBrief[]> {
  return Promise.all(
    (await listResyncs(tx, null, MOST_RESYNCS)).map(async (run) => briefOf(run, await proveResync(tx, run.id))),
  )
}

function briefOf(run: Resync, proof: Parameters<typeof resyncProofWords>[0]): ResyncBrief {
  const { id, title, state, startedMs } = run
  const words = state === 'planned' ? RESYNC_STATE_WORDS.planned : resyncProofWords(proof)
  return { name: resyncName(id), truth: resyncTruth(state, proof), words: `${title ?? 'people'}: ${words}`, startedMs }
}

export const peopleListQuery = readView(peopleListView, loadPeopleList)
