import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import { redriveName, redriveStateWords } from '#lib/domain/redrive.ts'
import {
  judgePreflight,
  type PreflightCheck,
  type PreflightNow,
  type PreflightQueues,
} from '#lib/domain/redrive-preflight.ts'
import { listAlarms } from './alarms.ts'
import type { Tx } from './db.ts'
import { listOpenFindings } from './findings.ts'
import { listQueues } from './queues.ts'
import type { Redrive } from './redrive-row.ts'
import { findActiveRedrive } from './redrives.ts'
import { listSourceStates } from './source-states.ts'

/** Detectors whose findings say that a queue’s consumer does not work. */
const CONSUMER_DETECTORS = ['flow-parity', 'going-round']

/** Ids of the sources by which consumer, errors and alarms are told. */
const TOLD_BY = ['cloudwatch-metrics', 'sentry', 'cloudwatch-alarms']

/** Everything that is looked at before a plan starts, as it stands now; `queues` where SQS was asked just now instead of at the plan. */
export async function readPreflight(
  tx: Tx,
  plan: Redrive,
  { settings, queues = null }: { readonly settings: Pick<Settings, 'flow'>; readonly queues?: PreflightQueues | null },
): Promise<PreflightCheck[]> {
  const labelOf = (name: string): string => settings.flow.find(({ queue }) => queue === name)?.label ?? name
  return judgePreflight({
    plan: {
      mode: plan.mode,
      way: plan.way,
      source: labelOf(plan.sourceQueue),
      destination: labelOf(plan.destinationQueue),
      acceptsInterleaving: plan.acceptsInterleaving,
    },
    messages: plan.preflight?.messages ?? null,
    queues: queues ?? plan.preflight?.queues ?? null,
    now: await readNow(tx, plan, settings),
  })
}

async function readNow(tx: Tx, plan: Redrive, { flow }: Pick<Settings, 'flow'>): Promise<PreflightNow> {
  const active = await findActiveRedrive(tx, plan.sourceQueue)
  const findings = await listOpenFindings(tx)
  const alarms = await listAlarms(tx)
  const queues = await listQueues(tx)
  const seeing = (await listSourceStates(tx)).filter(
    ({ lastOkMs, failingSinceMs }) => lastOkMs !== null && failingSinceMs === null,
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
