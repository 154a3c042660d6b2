import 'server-only'
import { nameOfUrl, awsReach } from '#lib/aws/places.ts'
import { getEnv } from '#lib/config/env.ts'
import type { Settings } from '#lib/config/settings.ts'
import { counted } from '#lib/domain/count-words.ts'
import { AppError } from '#lib/domain/errors.ts'
import { filterWords, isWaiting, type PeopleFilter } from '#lib/domain/people-filter.ts'
import { resyncName } from '#lib/domain/resync.ts'
import type { Tx } from '#lib/store/db.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { listRemaining } from '#lib/store/incident-people.ts'
import { listPeopleRefs } from '#lib/store/list-people.ts'
import {
  getResync,
  insertResync,
  listBeingAsked,
  listItemRefs,
  moveResync,
  skipAllBut,
  type NewResync,
  type Resync,
} from '#lib/store/resyncs.ts'
import { listWithoutAmong } from '#lib/store/list-without-among.ts'
import { withoutRuleOf } from '#lib/store/without-rule.ts'
import type { Doer } from './doer.ts'

/**
 * Starts asking again for the data of everybody whom an incident left without their e-mail; the list is frozen now. Throws
 * `not_configured`, `conflict` when one runs already, and `invalid_input` when nobody is without.
 */
export async function startResync(
  tx: Tx,
  wanted: Doer & { readonly incident: number },
  settings: Settings,
): Promise<Resync & { readonly people: number }> {
  const { incident, by, nowMs } = wanted
  const how = howToAsk(settings)
  const refs = await listRemaining(tx, incident, withoutRuleOf({ settings, nowMs }))
  if (refs.length === 0)
    throw new AppError('invalid_input', 'incident: nobody is known to be without their e-mail because of it.')
  const run = { ...how, incident, title: null, state: 'running', startedBy: by, startedMs: nowMs } as const
  const started = await insertResync(tx, run, refs)
  await addEntry(tx, {
    incident,
    atMs: nowMs,
    kind: 'resync',
    actor: by,
    text: `${resyncName(started.id)}: started; asks again for the data of ${counted(refs.length, 'person', 'people')}.`,
    data: { resync: started.id, people: refs.length },
    onceKey: `resync-${started.id}-started`,
  })
  return { ...started, people: refs.length }
}

/**
 * Freezes the list of people of a filter; nobody is asked for yet. `asOfMs`: up to when outcomes are seen. People whom another re-sync is
 * asking for are left out. Throws `not_configured`, and `invalid_input` when nobody is left.
 */
export async function planResync(
  tx: Tx,
  wanted: Doer & { readonly filter: PeopleFilter; readonly asOfMs: number; readonly perSecond?: number },
  settings: Settings,
): Promise<Resync & { readonly people: number }> {
  const { filter, by, nowMs } = wanted
  const how = howToAsk(settings)
  if (!isWaiting(filter.state))
    throw new AppError('invalid_input', 'state: these people have their e-mail; choose people who are without it.')
  const rule = withoutRuleOf({ settings, nowMs: Math.min(nowMs, wanted.asOfMs) })
  const [found, taken] = [await listPeopleRefs(tx, filter, rule), await listBeingAsked(tx)]
  const refs = found.filter((ref) => !taken.has(ref))
  if (refs.length === 0)
    throw new AppError(
      'invalid_input',
      found.length === 0
        ? 'Nobody is left whom this filter holds.'
        : 'Everybody whom this filter holds is being asked for already.',
    )
  const plan = { ...how, incident: null, title: filterWords(filter), startedBy: by, startedMs: nowMs } as const
  const perSecond = wanted.perSecond ?? how.perSecond
  const planned = await insertResync(tx, { ...plan, perSecond, state: 'planned' }, refs)
  return { ...planned, people: refs.length }
}

/** Starts a plan. Who has their e-mail by now is left out. Throws `conflict` when it is no plan any more, or another one runs. */
export async function startPlannedResync(
  tx: Tx,
  { id, by, nowMs }: Doer & { readonly id: number },
  settings: Settings,
): Promise<Resync & { readonly people: number }> {
  const started = await moveResync(tx, id, 'start', { reason: null, by }, nowMs)
  const frozen = await listItemRefs(tx, id)
  // Only the plan's own people, so that nobody is asked for whom the person who starts it has not seen.
  const still = await listWithoutAmong(tx, withoutRuleOf({ settings, nowMs: started.startedMs }), frozen)
  await skipAllBut(tx, id, still)
  return { ...(await getResync(tx, id)), people: still.length }
}

type How = Pick<NewResync, 'via' | 'queue' | 'queueUrl' | 'isFifo' | 'bodyTemplate' | 'groupTemplate' | 'perSecond'>

/** Where and how people are asked for, by the settings. Throws `not_configured`. */
function howToAsk(settings: Settings): How {
  const { resync } = settings
  if (resync?.url !== undefined) {
    const { method, url, perSecond } = resync
    const { host } = new URL(url)
    return {
      via: 'http',
      queue: host,
      queueUrl: url,
      isFifo: false,
      bodyTemplate: method,
      groupTemplate: null,
      perSecond,
    }
  }
  if (resync?.queueUrl === undefined)
    throw new AppError('not_configured', 'resync is not set: give resync.queueUrl in spillway.yaml, and restart.')
  const queue = nameOfUrl(awsReach(getEnv(), settings), resync.queueUrl)
  const isFifo = queue.endsWith('.fifo')
  return {
    via: 'sqs',
    queue,
    queueUrl: resync.queueUrl,
    isFifo,
    bodyTemplate: resync.bodyTemplate,
    groupTemplate: isFifo ? resync.groupTemplate : null,
    perSecond: resync.perSecond,
  }
}
