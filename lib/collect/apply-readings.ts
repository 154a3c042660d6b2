import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import { dlqNameOf, type Queue } from '#lib/domain/queue.ts'
import type { Reading } from '#lib/domain/reading.ts'
import type { AnyDetector, DetectEvent } from '#lib/detect/define-detector.ts'
import { depthEvents, flowEvents, metricEvents, outcomeEvents } from '#lib/detect/detect-events.ts'
import { detectorsFor } from '#lib/detect/index.ts'
import { openIncidents } from '#lib/incidents/open-incidents.ts'
import { replaceAlarms } from '#lib/store/alarms.ts'
import type { Tx } from '#lib/store/db.ts'
import { openGap } from '#lib/store/gaps.ts'
import { insertMarks } from '#lib/store/marks.ts'
import { applyOutcomeEvents, type AppliedOutcome } from '#lib/store/outcomes.ts'
import { insertProfiles } from '#lib/store/profiles.ts'
import { insertUnreadable } from '#lib/store/quarantine.ts'
import { listQueues, upsertQueues } from '#lib/store/queues.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { insertSourceAddresses } from '#lib/store/source-addresses.ts'
import { withoutOwnTraffic } from '#lib/store/without-own-traffic.ts'
import { detectNow, forgetGoneQueues } from './detect-now.ts'
import { serviceEvents } from './service-events.ts'

export interface ApplyContext {
  /** Id of the source that tells it, also for what comes by import or by the ingest endpoints: `email-outcomes`, `profiles`. */
  readonly source: string
  readonly atMs: number
  readonly settings: Settings
  /** SPILLWAY_SECRET, which encrypts what goes into quarantine. */
  readonly secret: string | undefined
  /** Where a part that cannot be read began to be missing: the source's last good reading. The moment of the reading without it. */
  readonly lastOkMs?: number | null
  /** Further events for the detectors, told after those of the readings. */
  readonly alsoDetect?: readonly DetectEvent[]
  /** Other detectors than those of the registry. */
  readonly detectors?: readonly AnyDetector[]
}

/** What readings did to the store. */
export interface Applied {
  /** Live topics to publish once the transaction has committed. */
  readonly topics: readonly string[]
  /** What each outcome event did, in the order of the readings. */
  readonly outcomes: readonly AppliedOutcome[]
  /** Profiles that were not known before. */
  readonly newProfiles: number
  /** Marks that were not known before. */
  readonly newMarks: number
}

/**
 * Stores readings, runs the detectors over them and makes incidents of what they find, all in the caller's transaction: the one way in for whatever Spillway is told.
 * Polls, `npm run import` and the ingest endpoints share it. The same readings again change nothing.
 *
 *     const applied = await withStore((db) => db.transaction((tx) => applyReadings(tx, readings, context)))
 *     publish(applied.topics)
 *
 * Call it once a transaction and last in it, since it takes the detectors' locks at its end. Throws `invalid_input` for a moment that
 * cannot be (before 1970), and `not_configured` when something must go into quarantine and SPILLWAY_SECRET is not set.
 */
export async function applyReadings(tx: Tx, readings: readonly Reading[], context: ApplyContext): Promise<Applied> {
  const done: Progress = { topics: new Set(), events: [], outcomes: [], goneQueues: [], newProfiles: 0, newMarks: 0 }
  let inventory: readonly Queue[] | null = null
  const queues = async (): Promise<readonly Queue[]> => (inventory ??= await listQueues(tx))
  for (const reading of readings) {
    await applyOne(tx, reading, context, { done, queues })
    if (reading.kind === 'queues') inventory = null
  }
  done.events.push(...(context.alsoDetect ?? []))
  const detectors = context.detectors ?? detectorsFor(context.settings.detect)
  const isInventory = readings.some((reading) => reading.kind === 'queues' && reading.isComplete)
  if (isInventory && (await forgetGoneQueues(tx, detectors, done.goneQueues, context.atMs))) done.topics.add('findings')
  if (await detectNow(tx, detectors, done.events)) done.topics.add('findings')
  if (done.topics.has('findings') && (await openIncidents(tx, { settings: context.settings, nowMs: context.atMs })))
    done.topics.add('incidents')
  return { topics: [...done.topics], outcomes: done.outcomes, newProfiles: done.newProfiles, newMarks: done.newMarks }
}

interface Progress {
  readonly topics: Set<string>
  readonly events: DetectEvent[]
  readonly outcomes: AppliedOutcome[]
  /** Names of queues that were there until now. */
  readonly goneQueues: string[]
  newProfiles: number
  newMarks: number
}

interface Step {
  readonly done: Progress
  /** The inventory as it stands in this transaction. */
  readonly queues: () => Promise<readonly Queue[]>
}

async function applyOne(tx: Tx, reading: Reading, context: ApplyContext, { done, queues }: Step): Promise<void> {
  switch (reading.kind) {
    case 'queues':
      done.goneQueues.push(...(await upsertQueues(tx, reading.queues, reading.atMs, reading.isComplete)))
      done.topics.add('queues')
      return
    case 'depths':
      done.events.push(...depthEvents(reading.depths, deadLettersOf(await queues())))
      addQueues(done, reading.depths)
      return
    case 'flows':
      done.events.push(
        ...flowEvents(await withoutOwnTraffic(tx, reading.flows), reading.isBackfill, context.settings.flow),
      )
      addQueues(done, reading.flows)
      return
    case 'samples':
      await insertSamples(tx, reading.samples, { isBackfill: reading.isBackfill })
      done.events.push(...metricEvents(reading.samples, reading.isBackfill, context.settings.metrics))
      if (!reading.isBackfill) done.events.push(...(await serviceEvents(tx, reading.samples, context.settings)))
      done.topics.add('queues')
      return
    case 'alarms':
      await replaceAlarms(tx, reading.alarms, reading.atMs, reading.unread)
      done.topics.add('queues')
      return
    case 'marks': {
      const added = await insertMarks(tx, reading.marks)
      done.newMarks += added
      if (added > 0) done.topics.add('marks')
      return
    }
    default:
      await applyPeople(tx, reading, context, done)
  }
}

/** Readings about e-mails and people, and about what could not be read. */
async function applyPeople(
  tx: Tx,
  reading: Extract<Reading, { kind: 'outcomes' | 'profiles' | 'addresses' | 'unreadable' | 'gap' }>,
  context: ApplyContext,
  done: Progress,
): Promise<void> {
  switch (reading.kind) {
    case 'outcomes': {
      const applied = await applyOutcomeEvents(tx, reading.events, { isBackfill: reading.isBackfill })
      done.outcomes.push(...applied)
      done.events.push(...outcomeEvents(applied, reading.isBackfill))
      if (applied.some(({ isDuplicate }) => !isDuplicate)) done.topics.add('emails')
      return
    }
    case 'profiles': {
      const created = await insertProfiles(tx, reading.profiles, context.atMs)
      done.newProfiles += created
      if (created > 0) done.topics.add('emails')
      return
    }
    case 'addresses':
      if ((await insertSourceAddresses(tx, reading.addresses)) > 0) done.topics.add('emails')
      return
    case 'unreadable':
      if (reading.messages.length === 0) return
      await insertUnreadable(tx, context.source, reading.messages, secretOf(context), context.atMs)
      done.topics.add('emails')
      return
    case 'gap': {
      const { scope, reason, message } = reading
      await openGap(tx, { source: context.source, scope, reason, message, fromMs: context.lastOkMs ?? reading.atMs })
      done.topics.add('sources')
    }
  }
}

function addQueues({ topics }: Progress, told: readonly { readonly queue: string }[]): void {
  if (told.length > 0) topics.add('queues')
  for (const { queue } of told) topics.add(`queue:${queue}`)
}

/** Names of the queues whose dead letters go to a queue, by its name. */
function deadLettersOf(queues: readonly Queue[]): ReadonlyMap<string, readonly string[]> {
  const from = new Map<string, string[]>()
  for (const queue of queues) {
    const dlq = dlqNameOf(queue)
    if (dlq !== null) from.set(dlq, [...(from.get(dlq) ?? []), queue.name])
  }
  return from
}

function secretOf({ secret }: ApplyContext): string {
  if (secret !== undefined) return secret
  throw new AppError(
    'not_configured',
    'A message could not be understood, and without SPILLWAY_SECRET it cannot be kept encrypted. Set SPILLWAY_SECRET; the message stays where it is until then.',
  )
}
