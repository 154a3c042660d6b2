import 'server-only'
import { setImmediate } from 'node:timers/promises'
import { subjectKey, type Subject } from '#lib/domain/finding.ts'
import type { AnyDetector, DetectEvent } from '#lib/detect/define-detector.ts'
import { beginRun, subjectsOfEvents, type DetectorRun, type SubjectState } from '#lib/detect/run-detectors.ts'
import type { Tx } from '#lib/store/db.ts'
import {
  applyFinding,
  dropQueueStates,
  listDetectorStates,
  listOpenFindings,
  loadDetectorStates,
  saveDetectorStates,
} from '#lib/store/findings.ts'
import { lockDetector } from '#lib/store/lock-detector.ts'
import { listGoneNames } from '#lib/store/queues.ts'

/**
 * Tells the detectors what this transaction stores, and keeps their states and findings in it. Call it last in the transaction.
 * Returns true when a finding was opened, updated or closed.
 */
export async function detectNow(
  tx: Tx,
  detectors: readonly AnyDetector[],
  events: readonly DetectEvent[],
): Promise<boolean> {
  let hasChanged = false
  for (const detector of detectors.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const subjects = subjectsOfEvents(detector, events)
    const isTicked = detector.isTimed === true && events.some(({ kind }) => kind === 'tick')
    if (subjects.length === 0 && !isTicked) continue
    if (await runOne(tx, detector, events, isTicked ? null : subjects)) hasChanged = true
  }
  return hasChanged
}

/** `subjects` null stands for all that the detector knows. */
async function runOne(
  tx: Tx,
  detector: AnyDetector,
  events: readonly DetectEvent[],
  subjects: readonly Subject[] | null,
): Promise<boolean> {
  await lockDetector(tx, detector.id)
  const known = await statesOf(tx, detector.id, subjects)
  const run = await runInTurns(detector, events, known)
  await saveDetectorStates(tx, detector.id, changedStates(known, run.states))
  const open = new Set(
    (await listOpenFindings(tx))
      .filter((each) => each.detector === detector.id)
      .map((each) => subjectKey(each.subject)),
  )
  let hasChanged = false
  for (const { subject, finding, atMs } of run.verdicts) {
    const key = subjectKey(subject)
    if (finding === null && !open.has(key)) continue
    if (finding !== null) open.add(key)
    if ((await applyFinding(tx, finding, detector.id, subject, atMs)) !== 'none') hasChanged = true
  }
  return hasChanged
}

const EVENTS_A_TURN = 200

/** Pages, live events and other polls go on between the events of a large batch. */
async function runInTurns(
  detector: AnyDetector,
  events: readonly DetectEvent[],
  known: readonly SubjectState[],
): Promise<DetectorRun> {
  const run = beginRun([detector], known)
  for (const [at, event] of events.entries()) {
    if (at > 0 && at % EVENTS_A_TURN === 0) await setImmediate()
    run.take(event)
  }
  return run.end()
}

async function statesOf(tx: Tx, detector: string, subjects: readonly Subject[] | null): Promise<SubjectState[]> {
  if (subjects === null) return (await listDetectorStates(tx, detector)).map((each) => ({ detector, ...each }))
  const states = await loadDetectorStates(tx, detector, subjects)
  return subjects
    .filter((subject) => states.has(subjectKey(subject)))
    .map((subject) => ({ detector, subject, state: states.get(subjectKey(subject)) }))
}

/** jsonb gives keys back in an order of its own, so states are compared by their content. */
function changedStates(before: readonly SubjectState[], after: readonly SubjectState[]): readonly SubjectState[] {
  const known = new Map(before.map((each) => [subjectKey(each.subject), sortedJson(each.state)]))
  return after.filter(({ subject, state }) => known.get(subjectKey(subject)) !== sortedJson(state))
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

/**
 * Closes what was found about queues that are gone, and forgets what was known of them and of those `newlyGone`: a queue that is made
 * anew under the name of an old one begins anew. A queue that no inventory ever had, such as one of the flow that CloudWatch tells and the
 * settings leave out of the inventory, is not gone.
 */
export async function forgetGoneQueues(
  tx: Tx,
  detectors: readonly AnyDetector[],
  newlyGone: readonly string[],
  atMs: number,
): Promise<boolean> {
  const open = (await listOpenFindings(tx)).filter(({ subject }) => subject.kind === 'queue')
  const names = new Set(await listGoneNames(tx, [...newlyGone, ...open.map(({ subject }) => subject.id)]))
  if (names.size === 0) return false
  const found = open.filter(({ subject }) => names.has(subject.id))
  const ids = new Set([...detectors.map(({ id }) => id), ...found.map(({ detector }) => detector)])
  for (const id of [...ids].toSorted()) await lockDetector(tx, id)
  for (const { detector, subject } of found) await applyFinding(tx, null, detector, subject, atMs)
  await dropQueueStates(tx, [...names])
  return found.length > 0
}
