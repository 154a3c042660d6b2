import 'server-only'
import { durationWords } from '#lib/domain/duration-words.ts'
import { SPILLWAY } from '#lib/domain/incident.ts'
import type { Delivered, NotifyError } from '#lib/notify/define-notifier.ts'
import type { Tx } from '#lib/store/db.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { getIncident } from '#lib/store/incidents.ts'
import {
  markRootGone,
  markSent,
  putOff,
  skipMessages,
  type OutboxContent,
  type WaitingState,
} from '#lib/store/outbox-delivery.ts'
import type { DeliveryRun } from './deliver-next.ts'
import { backoffMs } from './pause.ts'

/** Notes that a message was told; of the root it becomes a line of the timeline, once. */
export async function keepDelivered(
  run: DeliveryRun,
  tx: Tx,
  content: OutboxContent,
  delivered: Delivered,
): Promise<void> {
  const { context, notifier, hold } = run
  hold.failures = 0
  context.changes.well(notifier.id)
  const atMs = delivered.toldMs ?? context.nowMs()
  await markSent(tx, content.id, { externalId: delivered.externalId, atMs })
  if (content.kind !== 'root') return
  const { openedMs } = await getIncident(tx, content.incident)
  const place = notifier.place(context.settings)
  await addEntry(tx, {
    incident: content.incident,
    atMs,
    kind: 'told',
    actor: SPILLWAY,
    text: `Told ${place}, ${durationWords((atMs - openedMs) / 1000)} after it was opened`,
    data: { channel: notifier.id, message: delivered.externalId },
    onceKey: `told ${notifier.id}`,
  })
}

interface Faulted {
  readonly content: OutboxContent
  readonly fault: NotifyError
  /** It was met while the channel was asked: then nothing new is known of the message. */
  readonly isAsking: boolean
}

/** Notes why a message was not told, or that nobody knows, and when it is taken up again. */
export async function keepFault(run: DeliveryRun, tx: Tx, { content, fault, isAsking }: Faulted): Promise<void> {
  const { context, notifier, hold } = run
  // What was under way when this process was told to end is asked for by the next one.
  if (run.held.aborted) return
  context.changes.problem(notifier.id, fault.message)
  const nowMs = context.nowMs()
  if (fault.fault === 'gone') {
    await markRootGone(tx, notifier.id, content.incident)
    await skipMessages(tx, [content.id], fault.message)
    return
  }
  if (fault.isForAll) hold.failures += 1
  const nextAttemptMs = nowMs + waitMs(run, content, fault)
  if (fault.isForAll) hold.untilMs = nextAttemptMs
  await putOff(tx, content.id, { state: stateAfter(fault, isAsking), nextAttemptMs, error: fault.message })
}

/** Only what surely was not told may be told again without asking. */
function stateAfter({ fault }: NotifyError, isAsking: boolean): WaitingState {
  if (isAsking || fault === 'unknown') return 'attempted'
  return fault === 'refused' ? 'failed' : 'pending'
}

function waitMs(
  { pace, hold }: DeliveryRun,
  { attempts }: OutboxContent,
  { fault, retryAfterMs }: NotifyError,
): number {
  if (retryAfterMs !== null) return retryAfterMs
  if (fault === 'refused') return pace.refusedMs
  const backoff = backoffMs(Math.max(1, hold.failures, attempts), pace.firstBackoffMs, pace.mostBackoffMs)
  return fault === 'unknown' ? Math.max(pace.settleMs, backoff) : backoff
}
