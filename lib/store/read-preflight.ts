import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import { groupName } from '#lib/domain/message-group.ts'
import { redriveName, redriveStateWords } from '#lib/domain/redrive.ts'
import type { PreflightCheck, PreflightNow, PreflightQueues, RecentTraffic } from '#lib/domain/redrive-preflight.ts'
import { judgePreflight } from '#lib/domain/judge-preflight.ts'
import { listAlarms } from './alarms.ts'
import type { Tx } from './db.ts'
import { listOpenFindings } from './findings.ts'
import { listGroupChanges, listHeldGroups } from './message-groups.ts'
import { listOwnTraffic } from './own-traffic.ts'
import { listQueues } from './queues.ts'
import { readFlowSince } from './redrive-evidence.ts'
import type { Redrive } from './redrive-row.ts'
import { findActiveRedrive } from './redrives.ts'
import { listSourceStates } from './source-states.ts'

const MINUTE_MS = 60_000
/** So long the consumer is looked back at. */
const RECENT_MINUTES = 30
const LAG_MINUTES = 5
/** A source that nobody has read for longer says nothing of now; each is read every minute or two. */
const SEEN_WITHIN_MINUTES = 5
/** The latest changes of a queue's groups among which the holds are looked for. */
const MOST_CHANGES = 500

/** Detectors whose findings say that a queue’s consumer does not work. */
const CONSUMER_DETECTORS = ['flow-parity', 'going-round']

/** Ids of the sources by which consumer, errors and alarms are told. */
const TOLD_BY = ['cloudwatch-metrics', 'sentry', 'cloudwatch-alarms']

/** Everything that is looked at before a plan starts, as it stands now; `queues` where SQS was asked just now instead of at the plan. */
export async function readPreflight(
  tx: Tx,
  plan: Redrive,
  {
    settings,
    nowMs,
    queues = null,
  }: {
    readonly settings: Pick<Settings, 'flow'>
    readonly nowMs: number
    readonly queues?: PreflightQueues | null
  },
): Promise<PreflightCheck[]> {
  const labelOf = (name: string): string => settings.flow.find(({ queue }) => queue === name)?.label ?? name
  return judgePreflight({
    plan: {
      mode: plan.mode,
      way: plan.way,
      destinationKind: plan.destinationKind,
      source: labelOf(plan.sourceQueue),
      destination: labelOf(plan.destinationQueue),
      acceptsInterleaving: plan.acceptsInterleaving,
      takesHeld: plan.selection.shape !== null || plan.selection.listedBy === 'person',
    },
    messages: plan.preflight?.messages ?? null,
    queues: queues ?? plan.preflight?.queues ?? null,
    now: {
      ...(await readNow(tx, plan, { settings, nowMs })),
      heldGroups: await readHeld(tx, plan.sourceQueue),
      recent: await readRecent(tx, plan.destinationQueue, nowMs),
    },
  })
}

async function readHeld(tx: Tx, queue: string): Promise<PreflightNow['heldGroups']> {
  const held = await listHeldGroups(tx, queue)
  if (held.size === 0) return []
  const changes = await listGroupChanges(tx, queue, MOST_CHANGES)
  return [...held].map((fingerprint) => ({
    name: groupName(fingerprint),
    by: changes.find((change) => change.field === 'hold' && change.fingerprint === fingerprint)?.by ?? 'somebody',
  }))
}

/** What SQS counted of the destination lately, without what Spillway itself did. Null where CloudWatch told nothing. */
async function readRecent(tx: Tx, queue: string, nowMs: number): Promise<RecentTraffic | null> {
  const fromMs = nowMs - RECENT_MINUTES * MINUTE_MS
  const flow = await readFlowSince(tx, { queue, firstMs: fromMs, nowMs, wasQuiet: true })
  if (flow === null) return null
  // What was re-sent just before may be what was processed since.
  const own = await listOwnTraffic(tx, { queue, fromMs: fromMs - LAG_MINUTES * MINUTE_MS, toMs: nowMs })
  let resent = 0
  for (const { sent } of own.values()) resent += sent
  return { minutes: RECENT_MINUTES, fresh: Math.max(0, flow.sent - resent), resent, processed: flow.others }
}

async function readNow(
  tx: Tx,
  plan: Redrive,
  { settings: { flow }, nowMs }: { readonly settings: Pick<Settings, 'flow'>; readonly nowMs: number },
): Promise<Omit<PreflightNow, 'heldGroups' | 'recent'>> {
  const active = await findActiveRedrive(tx, plan.sourceQueue)
  const findings = await listOpenFindings(tx)
  const alarms = await listAlarms(tx)
  const queues = await listQueues(tx)
  const seeing = (await listSourceStates(tx)).filter(
    ({ lastOkMs, failingSinceMs }) =>
      lastOkMs !== null && lastOkMs > nowMs - SEEN_WITHIN_MINUTES * MINUTE_MS && failingSinceMs === null,
  )
  const stage = flow.find(({ queue }) => queue === plan.destinationQueue)
  const of = (kind: string, id: string | null | undefined, detectors?: readonly string[]): string[] =>
    findings
      .filter(
        ({ detector, subject }) =>
          subject.kind === kind && subject.id === id && (detectors?.includes(detector) ?? true),
      )
      .map(({ title }) => title)
  const watching = alarms.filter(({ queue }) => queue === plan.sourceQueue || queue === plan.destinationQueue)
  const source = queues.find(({ name }) => name === plan.sourceQueue)
  const destination = queues.find(({ name }) => name === plan.destinationQueue)
  return {
    otherRedrive:
      active === null || active.id === plan.id
        ? null
        : `${redriveName(active.id)} has the queue: it is ${redriveStateWords(active)}, started by ${active.startedBy ?? 'somebody'}`,
    consumerFindings: of('queue', plan.destinationQueue, CONSUMER_DETECTORS),
    service: stage?.service ?? null,
    errorFindings: of('service', stage?.service),
    blind: TOLD_BY.filter((id) => !seeing.some(({ source: seen }) => seen === id)),
    alarms: watching.length,
    alarmed: watching.flatMap(({ name, state }) => (state === 'alarm' ? [name] : [])),
    isSourceFifo: source?.isFifo ?? false,
    isDestinationFifo: destination?.isFifo ?? false,
    sourceKey: source?.kmsKeyId ?? null,
    destinationKey: destination?.kmsKeyId ?? null,
  }
}
