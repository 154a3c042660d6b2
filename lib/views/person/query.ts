import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { headlineOf, type Clock, type Headline } from '#lib/domain/headline.ts'
import { incidentName } from '#lib/domain/incident.ts'
import { reasonLabel } from '#lib/domain/outcome-words.ts'
import { typeLabel } from '#lib/domain/people-filter.ts'
import { recoveryOf } from '#lib/domain/recovery.ts'
import { redriveName } from '#lib/domain/redrive.ts'
import { resyncName } from '#lib/domain/resync.ts'
import { routes } from '#lib/domain/routes.ts'
import { sinceWords } from '#lib/domain/when-words.ts'
import { findWithout, type PersonWithout } from '#lib/store/people-without.ts'
import { findPersonRecord, type PersonMail, type PersonRecord } from '#lib/store/read-person.ts'
import type { ParamsOf } from '#lib/views/define-view.ts'
import { canReadRefs, refFor } from '#lib/views/finding-rows.ts'
import { emailSources, loadPageParts } from '#lib/views/page-parts.ts'
import { loadWithoutRule } from '#lib/views/people.ts'
import { whyWords } from '#lib/views/people-list/query.ts'
import { refOfPersonKey } from '#lib/store/person-key.ts'
import { readView, type ViewContext } from '#lib/views/read-view.ts'
import { blindOf } from '#lib/views/source-statuses.ts'
import { personView, type PersonEvent, type PersonMailRow, type PersonPage } from './contract.ts'

/** One person: their e-mails, what happened, and what was tried. Throws `not_found` for a key that is nobody's. */
export async function loadPerson({ key }: ParamsOf<typeof personView>, context: ViewContext): Promise<PersonPage> {
  const { tx, nowMs, env, viewer } = context
  const ref = refOfPersonKey(env.SPILLWAY_SECRET ?? '', key)
  const parts = await loadPageParts(context)
  const { rule } = await loadWithoutRule(context, parts)
  const [record, without] = await Promise.all([findPersonRecord(tx, ref), findWithout(tx, rule, ref)])
  if (record === null) throw new AppError('not_found', 'Nothing is known of this person any more.')
  const shown = refFor(viewer, ref)
  return {
    nowMs,
    headline: headlineFor(shown, without, record, { label: context.settings.emails.label, clock: parts.clock }),
    blind: blindOf(emailSources(parts.sight.statuses)),
    key,
    ref: shown,
    isClear: canReadRefs(viewer),
    without: without === null ? null : { why: whyWords(without), sinceMs: without.sinceMs },
    mails: record.mails.map((mail) => mailRow(mail, record.events)),
    events: eventsOf(record),
    incidents: record.incidents.map((number) => ({
      name: incidentName(number),
      href: routes.incident(incidentName(number)),
    })),
  }
}

interface Words {
  readonly label: string
  readonly clock: Clock
}

function headlineFor(ref: string, without: PersonWithout | null, record: PersonRecord, words: Words): Headline {
  const { label, clock } = words
  if (without !== null) {
    const since = sinceWords(without.sinceMs, clock.nowMs, clock.timeZone)
    return headlineOf({
      truth: 'bad',
      text: `${ref} is without their ${label} ${since}: ${whyWords(without)}`,
      short: 'Without',
    })
  }
  const sent = record.mails.find(
    ({ status, isOnboarding, isLocalOffice }) => isOnboarding && !isLocalOffice && SENT.has(status),
  )
  if (sent !== undefined) return headlineOf({ truth: 'ok', text: `${ref} has their ${label}`, short: 'Sent' })
  return headlineOf({
    truth: 'unknown',
    text: `No ${label} to ${ref} has gone out yet, and none is late`,
    short: 'Waiting',
  })
}

const SENT = new Set(['accepted', 'delivered'])

function mailRow(mail: PersonMail, events: PersonRecord['events']): PersonMailRow {
  const { status, reason, sentMs, ...rest } = mail
  const { id, notificationType, localOffice, domain, isOnboarding, isLocalOffice, atMs } = rest
  const recovery = recoveryOf(
    status,
    events.filter((event) => event.id === id),
  )
  return {
    id,
    notificationType: notificationType === null ? null : typeLabel(notificationType),
    status: STATUS_WORDS[status] ?? status,
    why: status === 'failed' ? reasonLabel(reason) : null,
    localOffice,
    domain,
    isOnboarding,
    isLocalOffice,
    atMs,
    plannedMs: status === 'scheduled' ? sentMs : null,
    recoveredInMs: recovery === null ? null : recovery.recoveredMs - recovery.failedMs,
  }
}

const STATUS_WORDS: Readonly<Record<string, string>> = {
  accepted: 'handed over',
  delivered: 'delivered',
  failed: 'failed',
  scheduled: 'scheduled',
  deleted: 'deleted',
}

/** All that happened, newest first. */
function eventsOf(record: PersonRecord): PersonEvent[] {
  const types = new Map(record.mails.map(({ id, notificationType }) => [id, notificationType]))
  const plain = { detail: null, isBad: false, isBackfill: false, href: null }
  const events: PersonEvent[] = record.events.map(({ id, atMs, status, reason, rawDetail, isBackfill }) => {
    const type = types.get(id)
    const what = type === null || type === undefined ? 'e-mail' : typeLabel(type)
    const why = status === 'failed' ? `: ${reasonLabel(reason)}` : ''
    const words = `${what} ${STATUS_WORDS[status] ?? status}${why}`
    return { ...plain, atMs, kind: 'email', words, detail: rawDetail, isBad: status === 'failed', isBackfill }
  })
  if (record.profileMs !== null)
    events.push({ ...plain, atMs: record.profileMs, kind: 'profile', words: 'profile created' })
  const { address } = record
  if (address !== null) {
    const words = address.hasAddress ? 'the source has an e-mail address' : 'the source has no e-mail address'
    events.push({ ...plain, atMs: address.toldMs, kind: 'address', words, isBad: !address.hasAddress })
  }
  events.push(...tried(record))
  return events.toSorted((a, b) => b.atMs - a.atMs)
}

function tried({ asked, moved }: PersonRecord): PersonEvent[] {
  const plain = { isBackfill: false } as const
  const resyncs = asked.flatMap(({ resync, state, atMs, by, problem }): PersonEvent[] => {
    if (atMs === null) return []
    const end = state === 'refused' ? ', refused' : state === 'sending' ? ', with an unknown end' : ''
    const words = `data asked for again by ${resyncName(resync)}, started by ${by}${end}`
    const href = routes.resync(resyncName(resync))
    return [{ ...plain, atMs, kind: 'resync', words, detail: problem, isBad: state === 'refused', href }]
  })
  const redrives = moved.map(({ redrive, state, atMs, cameBackMs }): PersonEvent => {
    const end = cameBackMs === null ? '' : ', and came back'
    const words = `message about them ${state === 'refused' ? 'left where it is' : 'moved'} by ${redriveName(redrive)}${end}`
    const href = routes.redrive(redriveName(redrive))
    return { ...plain, atMs, kind: 'redrive', words, detail: null, isBad: cameBackMs !== null, href }
  })
  return [...resyncs, ...redrives]
}

export const personQuery = readView(personView, loadPerson)
